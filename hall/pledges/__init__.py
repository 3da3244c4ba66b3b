"""五个零: what counts for and against each pledge, and the seven working styles."""
