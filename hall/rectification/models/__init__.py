"""The facts of what follows a bad grade, one file per subject."""

from hall.rectification.models.appeal import Appeal
from hall.rectification.models.rectification import LateFlag, Rectification, Step

__all__ = ["Appeal", "LateFlag", "Rectification", "Step"]
