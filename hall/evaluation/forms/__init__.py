"""What is asked of citizens and of those who open the boxes."""
