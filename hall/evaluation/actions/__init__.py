"""The only door for writing of this room, one file per subject."""

from hall.evaluation.actions.giving import Answer, give, refuse_if_seen_closed
from hall.evaluation.actions.inviting import ask, invite, mark_shown, revoke
from hall.evaluation.actions.paper import Sheet, enter_paper, open_box, place_box, retire_box
from hall.evaluation.actions.striking import strike

__all__ = [
    "Answer",
    "Sheet",
    "ask",
    "enter_paper",
    "give",
    "invite",
    "mark_shown",
    "open_box",
    "place_box",
    "refuse_if_seen_closed",
    "retire_box",
    "revoke",
    "strike",
]
