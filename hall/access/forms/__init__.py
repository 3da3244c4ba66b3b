"""Forms of this room. They ask and check; actions save."""
