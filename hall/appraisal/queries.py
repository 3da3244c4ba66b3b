"""What pages and other rooms ask: always from what the person may see, or from what is published."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from hall.access.models import User
from hall.access.scope import REACHES_DOWN, centers_of
from hall.appraisal.enums import AwardState, MarkState, ObjectionState, PeriodState, SwapState
from hall.appraisal.models import (
    AppraisalPeriod,
    Attendance,
    Award,
    DutyLog,
    DutySwap,
    DutyTurn,
    ManualMark,
    Objection,
    SchemeVersion,
    Score,
    ScoreEntry,
)
from hall.appraisal.rules import leads
from hall.appraisal.scoring import INDICATOR, NO_EVENT
from hall.facts.periods import midnight
from hall.organisation.models import Absence, Center, Post, Staff, Window

# Sheets are computed every night; half a day more for a server that stood still.
NIGHTLY: Final = timedelta(hours=36)


def periods_visible_to(user: User) -> QuerySet[AppraisalPeriod]:
    """Periods of the person's centers."""
    return AppraisalPeriod.objects.filter(center__in=centers_of(user)).select_related("version", "center")


def scores_visible_to(user: User) -> QuerySet[Score]:
    """Watchers: all of their centers. A chief: the department. Everybody: the own sheet, window and department."""
    rows = Score.objects.select_related(
        "period__version", "period__center", "staff", "window", "department", "confirmation"
    )
    if user.role in REACHES_DOWN:
        return rows.filter(period__center__in=centers_of(user))
    if user.staff is None:
        return rows.none()
    person = user.staff
    seen = Q(staff=person)
    if leads(user, person.department_id):
        seen |= Q(department_id=person.department_id)
    if person.window_id is not None:
        seen |= Q(window_id=person.window_id)
    if person.department_id is not None:
        seen |= Q(staff__isnull=True, window__isnull=True, department_id=person.department_id)
    return rows.filter(seen, period__center_id=person.center_id)


def schemes_visible_to(user: User) -> QuerySet[SchemeVersion]:
    """Those of the person's centers, and the models that belong to none."""
    seen = Q(center__in=centers_of(user)) | Q(center__isnull=True)
    return SchemeVersion.objects.filter(seen).select_related("center")


def objections_visible_to(user: User) -> QuerySet[Objection]:
    """Those on sheets the person may see."""
    rows = Objection.objects.filter(score__in=scores_visible_to(user).values("pk"))
    return rows.select_related("score__period__version", "score__staff", "score__window", "score__department", "line")


def open_objections(user: User) -> QuerySet[Objection]:
    """The worklist of second readers, the oldest first."""
    return objections_visible_to(user).filter(state=ObjectionState.OPEN).order_by("raised_at", "pk")


def marks_visible_to(user: User) -> QuerySet[ManualMark]:
    """Marks on sheets the person may see."""
    rows = ManualMark.objects.filter(score__in=scores_visible_to(user).values("pk"))
    return rows.select_related(
        "score__period__version", "score__staff", "score__window", "score__department", "line", "marked_by__staff"
    )


def open_marks(user: User) -> QuerySet[ManualMark]:
    """Marks that wait for a second person."""
    return marks_visible_to(user).filter(state=MarkState.PROPOSED).order_by("marked_at", "pk")


def awards_visible_to(user: User) -> QuerySet[Award]:
    """Watchers: all of their centers. Others: what is published in their center, and what they may speak for."""
    rows = Award.objects.select_related("center", "staff__department", "staff__window", "window__department", "post")
    if user.role in REACHES_DOWN:
        return rows.filter(center__in=centers_of(user))
    if user.staff is None:
        return rows.none()
    seen = Q(state=AwardState.PUBLISHED)
    if leads(user, user.staff.department_id):
        home = user.staff.department_id
        seen |= Q(staff__department_id=home) | Q(window__department_id=home)
    return rows.filter(seen, center_id=user.staff.center_id)


def published() -> QuerySet[Award]:
    """What the public sees."""
    rows = Award.objects.filter(state=AwardState.PUBLISHED)
    return rows.select_related("center", "staff__window", "staff__department", "window", "post")


def honours_of(subject: Staff | Window, *, on: date) -> list[Award]:
    """The badges of a person or window on a day: published, in term, the newest first."""
    who = Q(window=subject) if isinstance(subject, Window) else Q(staff=subject)
    # A star or a flag is shown until the next period is over; the term of a model post says its own end.
    shown = Q(last__gte=on) | Q(last__gte=on - timedelta(days=62)) & ~Q(kind="post")
    return list(published().filter(who & shown, first__lte=on).order_by("-last", "kind"))


def window_honours(window: Window, *, on: date) -> list[Award]:
    """The badges of a window and of the model posts of who sits there, the newest first."""
    rows = published().filter(kind="post", staff__window=window, first__lte=on, last__gte=on).order_by("-last", "pk")
    return [*honours_of(window, on=on), *rows]


def posts_of(subject: Staff | Window) -> QuerySet[Post]:
    """The posts somebody holds, as A or B."""
    if isinstance(subject, Window):
        return Post.objects.none()
    return Post.objects.filter(Q(holder_a=subject) | Q(holder_b=subject))


def board_people(user: User, center: Center, on: date) -> QuerySet[Staff]:
    """Whose attendance a person keeps: of the center, or of the own department."""
    people = Staff.objects.serving(on).filter(center=center).select_related("department", "window")
    placed = people.filter(Q(department__isnull=False) | Q(window__isnull=False))
    if user.role in REACHES_DOWN:
        return placed
    own = user.staff.department_id if user.staff else None
    return placed.filter(department_id=own) if own is not None else placed.none()


def attendance_visible_to(user: User) -> QuerySet[Attendance]:
    """Watchers: their centers. A chief: the department. Everybody: the own rows."""
    rows = Attendance.objects.select_related("staff__department", "center", "recorded_by__staff")
    if user.role in REACHES_DOWN:
        return rows.filter(center__in=centers_of(user))
    if user.staff is None:
        return rows.none()
    seen = Q(staff=user.staff)
    if leads(user, user.staff.department_id):
        seen |= Q(staff__department_id=user.staff.department_id)
    return rows.filter(seen)


def absences_on(people: QuerySet[Staff], day: date) -> dict[int, Absence]:
    """Who is registered as 不在岗 at some moment of a day."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    rows = Absence.objects.filter(staff__in=people, from_at__lt=end)
    covering = rows.filter(Q(until_at__isnull=True) | Q(until_at__gt=start)).order_by("from_at")
    return {row.staff_id: row for row in covering}


def duty_visible_to(user: User) -> QuerySet[DutyTurn]:
    """The roster of the person's centers."""
    rows = DutyTurn.objects.filter(center__in=centers_of(user))
    return rows.select_related("staff__department", "center", "log")


def logs_visible_to(user: User) -> QuerySet[DutyLog]:
    """The logs of the person's centers: what is handed over concerns everybody on duty next."""
    rows = DutyLog.objects.filter(turn__center__in=centers_of(user))
    return rows.select_related("turn__staff", "turn__center", "written_by__staff")


def swaps_for(user: User) -> QuerySet[DutySwap]:
    """Requests that wait for this person's answer."""
    rows = DutySwap.objects.filter(to_id=user.staff_id, state=SwapState.ASKED)
    return rows.select_related("turn__staff", "other", "asked_by__staff")


def missed_a_night(period: AppraisalPeriod, at: datetime) -> bool:
    """Whether the sheets should have been computed last night and were not: what is shown is older than it says."""
    behind = period.computed_at is None or period.computed_at < at - NIGHTLY
    return period.state != PeriodState.FROZEN and behind


def without_events(rows: QuerySet[Score]) -> int:
    """How many of these sheets hold no point for an event: they stand where the scheme starts, so most of them tie."""
    events = ScoreEntry.objects.filter(score=OuterRef("pk")).exclude(key__in=NO_EVENT | {INDICATOR})
    return rows.filter(~Exists(events)).count()


def out_of_reach(period: AppraisalPeriod) -> QuerySet[Score]:
    """The sheets of people without an account in use: no message finds them, they are told in person."""
    own = period.scores.filter(staff__isnull=False).exclude(staff__user__is_active=True)
    return own.select_related("staff").order_by("staff__pinyin", "pk")


def overdue(turn: DutyTurn, at: datetime) -> bool:
    """Whether the log of a turn was due and is not there."""
    return not hasattr(turn, "log") and turn.log_due <= at
