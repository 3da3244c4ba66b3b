"""What the pages of conduct ask the person."""
