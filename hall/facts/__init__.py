"""What rooms announce to those who count: periods, slices, sources of facts, indicators, dated settings."""
