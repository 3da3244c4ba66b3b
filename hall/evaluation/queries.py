"""What pages ask about invitations and answers. Nothing here tells a clerk what an anonymous answer said."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from hall.access.enums import DeviceKind
from hall.access.models import Device, User
from hall.access.scope import centers_of, departments_of
from hall.evaluation import rules, tokens
from hall.evaluation.models import Asking, BoxOpening, Evaluation, Invitation, PaperBox, PaperForm
from hall.organisation.models import Staff

NOT_INVITED: Final = "not_invited"
OPEN: Final = "open"
GIVEN: Final = "given"
OVER: Final = "over"
_LABELS: Final = {NOT_INVITED: "不邀请评价", OPEN: "可以评价", GIVEN: "已评价", OVER: "评价期限已过"}
# A question nobody saw is put on the pad for this long, then it would meet somebody else.
_WAITING: Final = timedelta(minutes=3)
# And it may be answered for this long after it was asked.
_ANSWERING: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class EvaluationState:
    """Where the evaluation of a case seems to stand (rules.looks_open). Staff are shown `is_open` and no more."""

    word: str
    until: date | None = None

    @property
    def label(self) -> str:
        return _LABELS[self.word]

    @property
    def is_open(self) -> bool:
        return self.word == OPEN


def evaluation_state(docket: str, *, at: datetime) -> EvaluationState:
    """Whether the case of this number is invited, open until when, or evaluated; for look-up page and case page."""
    invitation = Invitation.objects.live().filter(docket=docket).first()
    if invitation is None:
        return EvaluationState(NOT_INVITED)
    return state_of(invitation, at=at)


def state_of(invitation: Invitation, *, at: datetime) -> EvaluationState:
    """The same for an invitation at hand."""
    if rules.is_signed(invitation):
        return EvaluationState(GIVEN)
    if not rules.in_time(invitation, at):
        return EvaluationState(OVER)
    return EvaluationState(OPEN, rules.last_day(invitation))


def by_token(token: str, via: str) -> Invitation | None:
    """The newest invitation a link leads to, also a revoked one; None where the link leads nowhere."""
    digest = tokens.read(token, via)
    if digest is None:
        return None
    found = Invitation.objects.filter(token_digest=digest).select_related("center")
    return found.order_by("-closed_at", "-pk").first()


def invitations_of(user: User) -> QuerySet[Invitation]:
    """Standing invitations of the departments the person works for."""
    return Invitation.objects.live().filter(department__in=departments_of(user).values("pk"))


def askable(user: User, *, at: datetime, days: int = 7) -> QuerySet[Invitation]:
    """Cases closed in the last days, the newest first, each with `asked_at`: when the pad asked last.

    Whether it was evaluated is not told: of an anonymous answer nobody at a window learns which case it was about.
    """
    recent = invitations_of(user).filter(closed_at__gt=at - timedelta(days=days))
    return recent.annotate(asked_at=Max("askings__asked_at")).select_related("window").order_by("-closed_at", "-pk")


def waiting_on_pad(pad: Device, *, at: datetime) -> Asking | None:
    """The question the pad is to show: the newest of the last minutes, if nobody has seen it yet."""
    asking = (
        Asking.objects.filter(window=pad.window, asked_at__gt=at - _WAITING)
        .select_related("invitation__center")
        .order_by("-asked_at", "-pk")
        .first()
    )
    if asking is None or asking.shown_at is not None or _answered_since(asking):
        return None
    return asking if rules.looks_open(asking.invitation, at) else None


def asking_on_pad(pad: Device, pk: UUID, *, at: datetime) -> Asking | None:
    """A question asked at the window of this pad not long ago.

    Also one that was followed by another: nobody's answer is cut off because the clerk has gone on.
    """
    asked = Asking.objects.filter(window=pad.window, pk=pk, asked_at__gt=at - _ANSWERING)
    asking = asked.select_related("invitation__center").first()
    return None if asking is None or _answered_since(asking) else asking


def _answered_since(asking: Asking) -> bool:
    """The person at the window has answered: the same question is over, signed or not. Asked anew, it may be seen."""
    given = Evaluation.objects.filter(invitation=asking.invitation_id, given_at__gte=asking.asked_at)
    return given.exists()


def pad_of(user: User) -> Device | None:
    """The paired pad of the person's window, if there is one."""
    window = user.staff.window if user.staff else None
    pads = Device.objects.filter(kind=DeviceKind.PAD, revoked_at__isnull=True, paired_at__isnull=False)
    return pads.filter(window=window).first() if window else None


def boxes_of(user: User) -> QuerySet[PaperBox]:
    """Boxes of the person's centers, standing ones first, each with `opened`: how often it was opened."""
    boxes = PaperBox.objects.filter(center__in=centers_of(user).values("pk")).select_related("center")
    return boxes.annotate(opened=Count("openings")).order_by("-retired_on", "center_id", "name")


def openings_of(user: User) -> QuerySet[BoxOpening]:
    """The opening log of the person's centers, newest first, each with `entered`: how many forms are typed in."""
    openings = BoxOpening.objects.filter(box__center__in=centers_of(user).values("pk"))
    found = openings.select_related("box__center", "opener", "witness").annotate(entered=Count("forms"))
    return found.order_by("-opened_at", "-pk")


def forms_of(opening: BoxOpening) -> QuerySet[PaperForm]:
    """What was typed in of one opening."""
    return PaperForm.objects.filter(opening=opening).select_related("evaluation", "entered_by__staff")


def witnesses(user: User, box: PaperBox, *, on: date) -> QuerySet[Staff]:
    """Who may stand beside the person who opens the box: anybody else serving in its center."""
    people = Staff.objects.serving(on).filter(center_id=box.center_id)
    return people.exclude(pk=user.staff_id) if user.staff_id else people
