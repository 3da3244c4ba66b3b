"""Pages of the cases room, one file per subject."""
