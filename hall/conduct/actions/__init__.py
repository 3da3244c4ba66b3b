"""The only door for writing in this room."""
