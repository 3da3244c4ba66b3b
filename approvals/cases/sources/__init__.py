"""What the cases announce to those who count: facts of lateness, figures, pledges and working styles."""
