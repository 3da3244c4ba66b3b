"""The facts of 好差评, one file per subject."""

from hall.evaluation.models.evaluation import Evaluation, EvaluationQuerySet
from hall.evaluation.models.invitation import Asking, Invitation, InvitationQuerySet
from hall.evaluation.models.paper import BoxOpening, PaperBox, PaperForm

__all__ = [
    "Asking",
    "BoxOpening",
    "Evaluation",
    "EvaluationQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "PaperBox",
    "PaperForm",
]
