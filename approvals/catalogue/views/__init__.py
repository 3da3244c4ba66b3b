"""Pages of the catalogue: management, import, and the public guides."""
