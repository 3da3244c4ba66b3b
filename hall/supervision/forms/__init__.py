"""What pages of supervision ask the person."""
