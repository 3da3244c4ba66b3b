"""Facts of the room: rounds and what they found, bulletins, complaints about staff, drawn checks of closing times."""

from hall.conduct.models.bulletin import Bulletin
from hall.conduct.models.closure_check import ClosureItem, ClosureSample
from hall.conduct.models.complaint import Complaint
from hall.conduct.models.patrol import (
    Finding,
    Patrol,
    PatrolLine,
    PatrolList,
    PatrolStop,
    Photo,
    Rectification,
    RectificationStep,
)

__all__ = [
    "Bulletin",
    "ClosureItem",
    "ClosureSample",
    "Complaint",
    "Finding",
    "Patrol",
    "PatrolLine",
    "PatrolList",
    "PatrolStop",
    "Photo",
    "Rectification",
    "RectificationStep",
]
