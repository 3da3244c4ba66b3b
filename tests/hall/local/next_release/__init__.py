"""The next release, as far as tests of an upgrade need it: a table more, and migrations that can be made to fail."""
