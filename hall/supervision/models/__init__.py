"""Facts of the room: rules and their versions, cards, accountability."""

from hall.supervision.models.accountability import AccountabilityNote, AccountabilityRecord
from hall.supervision.models.card import Card, Signal
from hall.supervision.models.rule import Deferral, RuleVersion, SuperviseRule, Trial, TrialLine

__all__ = [
    "AccountabilityNote",
    "AccountabilityRecord",
    "Card",
    "Deferral",
    "RuleVersion",
    "Signal",
    "SuperviseRule",
    "Trial",
    "TrialLine",
]
