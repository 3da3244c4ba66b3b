"""Facts of the room: rules and their versions, cards, accountability, and conduct."""

from hall.supervision.models.accountability import AccountabilityNote, AccountabilityRecord
from hall.supervision.models.bulletin import Bulletin
from hall.supervision.models.card import Card, Signal
from hall.supervision.models.closure_check import ClosureItem, ClosureSample
from hall.supervision.models.complaint import Complaint
from hall.supervision.models.patrol import (
    Finding,
    Patrol,
    PatrolLine,
    PatrolList,
    PatrolStop,
    Photo,
    Rectification,
    RectificationStep,
)
from hall.supervision.models.rule import Deferral, RuleVersion, SuperviseRule, Trial, TrialLine

__all__ = [
    "AccountabilityNote",
    "AccountabilityRecord",
    "Bulletin",
    "Card",
    "ClosureItem",
    "ClosureSample",
    "Complaint",
    "Deferral",
    "Finding",
    "Patrol",
    "PatrolLine",
    "PatrolList",
    "PatrolStop",
    "Photo",
    "Rectification",
    "RectificationStep",
    "RuleVersion",
    "Signal",
    "SuperviseRule",
    "Trial",
    "TrialLine",
]
