"""One table of addresses a room, each a dictionary ROUTES; tests/guards/routes.py joins them."""
