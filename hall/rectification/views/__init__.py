"""Pages of what follows a grade."""
