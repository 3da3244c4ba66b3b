"""The only door for writing of this room, one file per subject."""
