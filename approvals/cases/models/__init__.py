"""The facts of a case, one file per subject."""

from approvals.cases.models.case import Case, CaseQuerySet, QueryCode, SavedFilter, TransitionArrow
from approvals.cases.models.clocks import ClockRow, Flag, Waiting
from approvals.cases.models.fees import FeeCharged
from approvals.cases.models.materials import Attachment, DeferredMaterial, ReceivedMaterial
from approvals.cases.models.papers import OfficialDocument
from approvals.cases.models.parties import Party
from approvals.cases.models.procedure import (
    Correction,
    Extension,
    Handover,
    HearingNotice,
    Inspection,
    Pause,
    ReturnReview,
    StepRecord,
    SupplementNotice,
)

__all__ = [
    "Attachment",
    "Case",
    "CaseQuerySet",
    "ClockRow",
    "Correction",
    "DeferredMaterial",
    "Extension",
    "FeeCharged",
    "Flag",
    "Handover",
    "HearingNotice",
    "Inspection",
    "OfficialDocument",
    "Party",
    "Pause",
    "QueryCode",
    "ReceivedMaterial",
    "ReturnReview",
    "SavedFilter",
    "StepRecord",
    "SupplementNotice",
    "TransitionArrow",
    "Waiting",
]
