"""What this room asks people, by subject."""
