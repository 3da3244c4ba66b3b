"""The facts of the catalogue, one file per subject: regimes, items and their versions, the parts of a version."""

from approvals.catalogue.models.batch import ImportBatch
from approvals.catalogue.models.item import ItemVersion, ServiceItem
from approvals.catalogue.models.parts import PARTS, Condition, FeeItem, GuideFile, LegalBasis, Material, Part, StepLimit
from approvals.catalogue.models.regime import LapseRule, PauseGround, Regime

__all__ = [
    "PARTS",
    "Condition",
    "FeeItem",
    "GuideFile",
    "ImportBatch",
    "ItemVersion",
    "LapseRule",
    "LegalBasis",
    "Material",
    "Part",
    "PauseGround",
    "Regime",
    "ServiceItem",
    "StepLimit",
]
