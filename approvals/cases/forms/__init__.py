"""Questions the cases room asks people, one file per subject."""
