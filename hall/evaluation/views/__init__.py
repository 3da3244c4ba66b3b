"""Pages of 好差评."""
