"""When: from the facts of a case to its running deadlines. Pure: no database, no `now()`.

All days are Beijing days; every moment passed in is aware. A day, month or working-day limit is missed from 00:00 Beijing
time of the day after its last day (architecture law 5). Nothing here is counted up or stored: whoever writes a fact calls
`deadlines` again and rewrites its clock rows.

    deadlines(facts, calendar, today=…)        the clocks that run, with the moments at which something changes
    lamp(deadline, calendar, today=…)          the word and the number a person sees
    check_pause / check_extension              a sentence why not, or ""
    deemed_accepted_on(facts, calendar, …)     the day from which the case counts as accepted, or None
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.db.models import TextChoices

from hall.workdays.arithmetic import Calendar
from hall.workdays.opening import OpeningTimes
from hall.workdays.terms import Limit


class ClockKind(TextChoices):
    """The clocks a case may run; each only where its regime or its version has it."""

    NOTICE = "notice", "告知"
    DECISION = "decision", "决定"
    DELIVERY = "delivery", "送达"
    STEP = "step", "环节"
    SUPPLEMENT = "supplement", "补齐"


class Level(TextChoices):
    """What a clock turns into at one moment; the sweep writes one flag per docket, clock, version and level."""

    DUE_SOON = "due_soon", "临期"
    OVER_PROMISE = "over_promise", "超承诺"
    OVER_STATUTE = "over_statute", "超法定"
    DEEMED_ACCEPTED = "deemed_accepted", "视为受理"
    LAPSED = "lapsed", "逾期未补齐"
    PAUSE_OVERRUN = "pause_overrun", "停表超过告知时间"


class LampKind(StrEnum):
    """Lamps as people see them; from calm to grave."""

    NORMAL = "normal"
    PAUSED = "paused"
    DUE_SOON = "due_soon"
    OVER_PROMISE = "over_promise"
    OVER_STATUTE = "over_statute"


@dataclass(frozen=True, slots=True)
class PauseFact:
    """One pause, `(start_on, end_on]`; open while `end_on` is None. Without law and article it stops the promise only.

    `notified_until`: the day the applicant was told it would be over (行政许可法 art. 45); shown when overrun.
    """

    ground: str
    label: str
    start_on: date
    end_on: date | None
    stops_statute: bool
    document_no: str
    article: str
    notified_until: date | None = None


@dataclass(frozen=True, slots=True)
class ExtensionFact:
    """An extension approved in time; it moves the statute, and the promise only where the version says so."""

    count: int
    unit: str
    approved_on: date
    document_no: str
    moves_promise: bool = False
    article: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True)
class StepFact:
    """The step the case stands in, with its own limit; `ended_at` None while it lasts."""

    key: str
    label: str
    limit: Limit | None
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegimeFacts:
    """What the item's statute attaches to time (architecture law 6). No regime, no automatic consequence."""

    name: str = ""
    notice: Limit | None = None
    deemed_acceptance: bool = False
    delivery: Limit | None = None
    notice_article: str = ""
    decision_article: str = ""
    delivery_article: str = ""
    extension_article: str = ""


NO_REGIME = RegimeFacts()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What happened, as the case row and its pauses, extensions and steps say it. Limits are those copied at filing."""

    received_at: datetime
    promise: Limit | None = None
    statute: Limit | None = None
    regime: RegimeFacts = NO_REGIME
    noticed_at: datetime | None = None
    accepted_at: datetime | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    pauses: Sequence[PauseFact] = ()
    extensions: Sequence[ExtensionFact] = ()
    steps: Sequence[StepFact] = ()
    supplement_due_on: date | None = None  # None when nothing was promised or all of it has come
    supplement_start_on: date | None = None
    supplement_label: str = "容缺材料补齐"
    opening: OpeningTimes | None = None


@dataclass(frozen=True, slots=True)
class WarnRule:
    """A lamp turns 临期 at the last `last_days` working days or the last `percent` of the term, whichever comes first.

    Source of the defaults: design/domain.md §5.1 (remaining ≤ max(1 working day, 20 %)).
    """

    last_days: int = 1
    percent: int = 20


@dataclass(frozen=True, slots=True)
class Change:
    """At `at` the clock reaches `level`."""

    at: datetime
    level: Level


@dataclass(frozen=True, slots=True)
class Deadline:
    """One running clock. `due` is the earlier of promise and statute; `due_at` only where the limit is in hours.

    While `stopped`, `due` is what it would be if the pause ended today, and is shown as a dash.
    `next_look_at`: first change the sweep has not looked at; None when nothing more can change.
    """

    clock: ClockKind
    start_on: date
    due: date
    unit: str
    warn_from: datetime
    late_from: datetime
    next_look_at: datetime | None
    promise_due: date | None = None
    statute_due: date | None = None
    due_at: datetime | None = None
    statute_late_from: datetime | None = None
    provisional: bool = False
    stopped: bool = False  # the clock whose day comes first is paused
    statute_stopped: bool = False
    stop_label: str = ""
    stop_since: date | None = None
    stop_overrun: bool = False
    key: str = ""  # of a step
    label: str = ""
    changes: tuple[Change, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Lamp:
    """`kind` chooses shape and colour, `text` says how much."""

    kind: LampKind
    text: str


def deadlines(
    facts: CaseFacts,
    calendar: Calendar,
    *,
    today: date,
    looked_at: datetime | None = None,
    warn: WarnRule = WarnRule(),  # noqa: B008 — frozen
) -> tuple[Deadline, ...]:
    """The clocks that run. `looked_at`: moment up to which flags are already written (the sweep passes its own)."""
    raise NotImplementedError


def lamp(deadline: Deadline, calendar: Calendar, *, today: date, at: datetime | None = None) -> Lamp:
    """What to show for one clock on `today`; `at` sharpens clocks that run in hours."""
    raise NotImplementedError


def gravest(lamps: Sequence[Lamp]) -> Lamp | None:
    """The lamp a list shows for a case with several clocks."""
    raise NotImplementedError


def check_pause(facts: CaseFacts, pause: PauseFact, calendar: Calendar, *, today: date) -> str:
    """A sentence why this pause may not be, or "" (law 5: not on or after the due day; never before acceptance)."""
    raise NotImplementedError


def check_extension(facts: CaseFacts, calendar: Calendar, *, on: date) -> str:
    """A sentence why no extension may be approved on `on`, or "": once only, and before the statutory due day."""
    raise NotImplementedError


def deemed_accepted_on(facts: CaseFacts, calendar: Calendar, *, today: date) -> date | None:
    """The day of receipt, where the regime says so and the notice clock ran out unanswered (行政许可法 art. 32(4))."""
    raise NotImplementedError
