"""What the clock is told and what it answers: dataclasses only, pure. `approvals.cases.clock` does the arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from hall.workdays.opening import OpeningTimes
from hall.workdays.terms import Limit

BEIJING = ZoneInfo("Asia/Shanghai")


def beijing_day(at: datetime) -> date:
    """The Beijing day of a moment (law 15)."""
    return at.astimezone(BEIJING).date()


def midnight(day: date) -> datetime:
    """00:00 Beijing time of a day."""
    return datetime.combine(day, time.min, BEIJING)


def day_text(day: date) -> str:
    """5月18日（周一）, as every sentence of the portal writes a day."""
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


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
    statute_source: str = ""  # the item's own statute and article, where it is not its regime's
    opening: OpeningTimes | None = None
    fixed_due_on: date | None = None  # a legacy case keeps the day its own system gave


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

    While `stopped`, `due` is what it would be if the pause ended today, and is shown as a dash. `promise_due` and
    `statute_due` are None while that limit is stopped: a stored copy would grow stale and look late.
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

    @property
    def warn_on(self) -> date:
        """The Beijing day on which the clock turns 临期."""
        return beijing_day(self.warn_from)


@dataclass(frozen=True, slots=True)
class Lamp:
    """`kind` chooses shape and colour, `text` says how much."""

    kind: LampKind
    text: str
