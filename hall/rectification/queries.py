"""What pages ask about grades and what followed them. Lists start from `visible_to`; pages show what `shown` lets out.

Of an anonymous grade nobody learns the docket; those it concerns and their department learn grade, reasons, words, item
and month.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Now, TruncDate
from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import REACHES_DOWN, centers_of
from hall.evaluation.enums import BadReason, GoodReason, is_bad
from hall.evaluation.models import Evaluation
from hall.facts.periods import BEIJING, PeriodKind
from hall.facts.slices import Slice
from hall.facts.sources import NotForReader
from hall.rectification import deadlines
from hall.rectification.enums import OPEN, AppealState, RectificationState
from hall.rectification.models import Rectification
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

# Option of a slice: what came in today without a name is not counted yet. For everybody who works where it was given.
TOLD: Final = "told"
TOO_FINE: Final = "评价里有匿名的：窗口和部门人员按月、季、半年或年看，不按天、不按窗口，以免认出评价人。"
_FINE: Final = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.SPAN)
_REASONS: Final = {**dict(GoodReason.choices), **dict(BadReason.choices)}


def visible_to(user: User) -> QuerySet[Evaluation]:
    """The grades a person may read: watchers of their centers, chiefs of their department, others of their own work."""
    if not has_right(user, "evaluation.view"):
        return Evaluation.objects.none()
    if user.role in REACHES_DOWN:
        return Evaluation.objects.filter(center__in=centers_of(user))
    if user.staff is None:
        return Evaluation.objects.none()
    own = Q(handler=user.staff)
    if has_right(user, "evaluation.rectify") and user.staff.department_id is not None:
        own |= Q(department=user.staff.department_id)
    # An anonymous grade shows the day after: who just left the counter must not be recognised by a line that appears.
    told = Q(anonymous=False) | Q(given_at__date__lt=TruncDate(Now(), tzinfo=BEIJING))
    return Evaluation.objects.filter(own & told, center=user.staff.center_id)


def rectifications(user: User) -> QuerySet[Rectification]:
    """The rectifications of the grades a person may read, with what a page shows."""
    rows = Rectification.objects.filter(evaluation__in=visible_to(user))
    return rows.select_related(
        "evaluation__center", "evaluation__department", "evaluation__window", "evaluation__handler",
        "evaluation__invitation", "evaluation__appeal__appealed_by",
    )  # fmt: skip


def scope(user: User, part: Slice) -> Slice:
    """The part of a slice whose figures a person may see: the same reach as `visible_to`."""
    if user.role in REACHES_DOWN:
        return part.but(centers=frozenset(centers_of(user).values_list("pk", flat=True)))
    if user.staff is None:
        return part.but(centers=frozenset())
    home = part.but(centers=frozenset([user.staff.center_id]), options={**part.options, TOLD: 1})
    if user.role == Role.CHIEF and user.staff.department_id is not None:
        return home.but(department=user.staff.department_id)
    return home.but(staff=user.staff_id)


def reach(user: User, part: Slice) -> Slice:
    """The part of a list asked for elsewhere: that of `scope`, and never a colleague's. Raises NotForReader where it is
    cut by day or window, which would tell who stayed anonymous.
    """
    if user.role in REACHES_DOWN:
        return part
    if part.period.kind in _FINE or part.window is not None:
        raise NotForReader(TOO_FINE)
    mine = scope(user, part)
    strange = part.staff is not None and part.staff != mine.staff
    return mine.but(centers=frozenset()) if strange else mine


@dataclass(frozen=True, slots=True)
class Shown:
    """One grade as this person may see it. `day` is empty where only the month is told."""

    row: Evaluation
    docket: str
    when: str
    window: str
    place: str
    reasons: tuple[str, ...]
    tells_day: bool

    @property
    def badge(self) -> str:
        """The colour beside the word of the grade."""
        return "late" if is_bad(self.row.grade) else "ok"


def shown(row: Evaluation, user: User) -> Shown:
    """What may be told of a grade: of an anonymous one no docket to anybody, day and window to watchers only."""
    watcher = user.role in REACHES_DOWN
    tells = watcher or not row.anonymous
    given = timezone.localtime(row.given_at)
    exact = f"{given:%Y-%m-%d %H:%M}" if not row.anonymous else f"{given:%Y-%m-%d}"
    return Shown(
        row=row,
        docket=row.invitation.docket if row.invitation and not row.anonymous else "",
        when=exact if tells else f"{given.year} 年 {given.month} 月",
        window=f"{row.window.number} 号窗口" if tells and row.window else "",
        place=row.department.name if row.department else row.center.name,
        reasons=tuple(_REASONS[code] for code in row.reasons if code in _REASONS),
        tells_day=tells,
    )


_NOW_DUE: Final = Case(
    When(state=RectificationState.CONTACTING, then=F("contact_due")),
    When(state=RectificationState.RECTIFYING, then=F("rectify_due")),
    When(state__in=(RectificationState.RECTIFIED, RectificationState.ANSWERED), then=F("revisit_due")),
)


def worklist(rows: QuerySet[Rectification], tab: str, today: date) -> QuerySet[Rectification]:
    """One tab of the worklist, by the deadline that runs now; what has none comes last."""
    rows = rows.annotate(now_due=_NOW_DUE).order_by(F("now_due").asc(nulls_last=True), "pk")
    match tab:
        case "late":
            return rows.filter(late_q(today))
        case "appeals":
            return rows.filter(evaluation__appeal__state=AppealState.PENDING)
        case "closed":
            return rows.exclude(state__in=OPEN)
        case _:
            return rows.filter(state__in=OPEN)


def late_q(today: date) -> Q:
    """Rectifications one of whose running deadlines passed."""
    state = RectificationState
    contact = Q(state=state.CONTACTING, contact_due__lt=today)
    rectify = Q(state__in=(state.CONTACTING, state.RECTIFYING), rectify_due__lt=today)
    revisit = Q(state__in=(state.RECTIFIED, state.ANSWERED), revisit_due__lt=today)
    decide = Q(evaluation__appeal__state=AppealState.PENDING, evaluation__appeal__decide_due__lt=today)
    return contact | rectify | revisit | decide


@dataclass(frozen=True, slots=True)
class Lamp:
    """How much time is left, in words, with the shape of a lamp."""

    kind: str
    text: str
    due: date | None = None


def lamp(row: Rectification, today: date, asked: Callable[[str], Calendar] = calendar_for) -> Lamp:
    """The lamp of the deadline that runs now. A list hands in a calendar that is asked once a region."""
    if row.due is None:
        return Lamp("off", "无期限")
    limit, due = row.due
    left = deadlines.remaining(asked(row.evaluation.center.region_id), due, today)
    if due < today:
        return Lamp("late", f"{limit.label}逾期 {max(-left, 1)} 个工作日", due)
    if left == 0:
        return Lamp("warn", f"{limit.label}今天到期", due)
    return Lamp("ok" if left > 1 else "warn", f"{limit.label}剩 {left} 个工作日", due)


@dataclass(frozen=True, slots=True)
class Progress:
    """What the citizen who signed is told of a bad grade of their own."""

    grade: str
    given_on: date
    state: str
    steps: tuple[dict[str, str], ...]
    answer: str
    answered_on: date | None
    due: date | None


def public_answer(docket: str) -> Progress | None:
    """How the bad grade of a case stands, for its look-up page and for the link it was given by.

    None where there is no bad grade, where it was struck, and where it was anonymous: whoever holds a receipt, a clerk
    who printed it included, must not learn from the page that this very case was rated badly.
    """
    found = Rectification.objects.filter(
        evaluation__invitation__docket=docket, evaluation__anonymous=False, evaluation__struck_at__isnull=True
    ).select_related("evaluation")
    row = found.order_by("-opened_at").first()
    return None if row is None else _progress(row)


_STATIONS: Final = (
    ("联系核实", (RectificationState.CONTACTING,)),
    ("整改", (RectificationState.RECTIFYING,)),
    ("回访", (RectificationState.RECTIFIED, RectificationState.ANSWERED)),
    ("公开答复", (RectificationState.REVISITED,)),
)


def _progress(row: Rectification) -> Progress:
    position = next((n for n, (_, states) in enumerate(_STATIONS) if row.state in states), len(_STATIONS))
    steps = tuple(
        {"label": label, "state": "done" if n < position else "now" if n == position else ""}
        for n, (label, _) in enumerate(_STATIONS)
    )
    return Progress(
        grade=row.evaluation.get_grade_display(),
        given_on=timezone.localdate(row.evaluation.given_at),
        state=RectificationState(row.state).label,
        steps=steps,
        answer=row.answer,
        answered_on=timezone.localdate(row.closed_at) if row.closed_at else None,
        due=row.due[1] if row.due else None,
    )


def published() -> QuerySet[Rectification]:
    """Answers everybody may read, newest first."""
    rows = Rectification.objects.filter(state=RectificationState.CLOSED, evaluation__struck_at__isnull=True)
    return rows.select_related("evaluation__center", "evaluation__department").order_by("-closed_at", "-pk")


def month_of(at: datetime) -> str:
    """2026 年 10 月."""
    day = timezone.localtime(at)
    return f"{day.year} 年 {day.month} 月"
