"""The only door for writing in this room; rooms above raise cards through it."""

from hall.supervision.actions.raising import Subject, raise_by_hand, raise_card

__all__ = ["Subject", "raise_by_hand", "raise_card"]
