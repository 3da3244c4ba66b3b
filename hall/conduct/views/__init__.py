"""Pages of this room: load with right, form, action, redirect."""
