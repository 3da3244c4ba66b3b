"""The roof: tallies, pages of figures, the wall, reports. Nothing but hall/urls.py and the workers imports it."""
