"""The facts of 好差评, one file per subject."""

from hall.evaluation.models.appeal import Appeal
from hall.evaluation.models.evaluation import Evaluation, EvaluationQuerySet
from hall.evaluation.models.invitation import Asking, Invitation, InvitationQuerySet
from hall.evaluation.models.paper import BoxOpening, PaperBox, PaperForm
from hall.evaluation.models.rectification import LateFlag, Rectification, Step

__all__ = [
    "Appeal",
    "Asking",
    "BoxOpening",
    "Evaluation",
    "EvaluationQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "LateFlag",
    "PaperBox",
    "PaperForm",
    "Rectification",
    "Step",
]
