"""A made-up city of cases written by COPY into a scratch database, to measure on."""
