"""Pages of this room: staff boards and lists of facts, and the boards every citizen may read."""
