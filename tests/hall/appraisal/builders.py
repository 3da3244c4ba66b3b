"""Rows of appraisal for tests: schemes in force, periods, and facts that rooms announce as they would."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hall.access.enums import Role
from hall.access.models import User
from hall.appraisal.actions import periods, schemes
from hall.appraisal.actions.attendance import starts
from hall.appraisal.enums import Half, LineKind, Presence, Rhythm, Start, SubjectKind
from hall.appraisal.models import AppraisalPeriod, Attendance, Award, DutyTurn, Line, SchemeVersion, Score
from hall.facts import indicators, sources
from hall.facts.indicators import Indicator
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.organisation.models import Staff, Window
from tests.builders import Hall, make_staff, make_user, moment

OCTOBER = parse("2026-10")
SCORED = moment("2026-11-02 09:00")
AFTER = moment("2026-11-20 09:00")


@dataclass
class ListSource:
    """A source some other room announced: facts somebody can add to and take from."""

    code: str
    facts: list[Fact] = field(default_factory=list)
    label: str = "测试事实"
    definition: str = "测试时登记的事实。"
    options: Sequence[Any] = ()
    asked: int = 0

    def _within(self, part: Slice) -> list[Fact]:
        self.asked += 1
        places = {"department": part.department, "window": part.window, "staff": part.staff}
        return [
            fact
            for fact in self.facts
            if part.period.start <= fact.occurred_at < part.period.end
            if part.centers is None or fact.center in part.centers
            if all(value is None or getattr(fact, name) == value for name, value in places.items())
        ]

    def count(self, part: Slice) -> int:
        return len(self._within(part))

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        return self._within(part)[offset : None if limit is None else offset + limit]

    def standing(self, keys: Iterable[str]) -> set[str]:
        return set(keys) & {fact.key for fact in self.facts}

    def happened(self, hall: Hall, staff: Staff, on: str = "2026-10-12 10:00", **facts: Any) -> Fact:
        """Add one fact of a person of the hall."""
        key = f"{self.code}:{len(self.facts) + 1}"
        place = {"center": hall.center.pk, "department": staff.department_id, "window": staff.window_id}
        fact = Fact(key, moment(on), f"第 {len(self.facts) + 1} 件", staff=staff.pk, **{**place, **facts})
        self.facts.append(fact)
        return fact


@contextmanager
def announced(*codes: str) -> Iterator[list[ListSource]]:
    """Sources under these codes; whoever announced them before does so again afterwards."""
    earlier = {code: sources.source_of(code) for code in codes if sources.known(code)}
    made = [ListSource(code) for code in codes]
    for source in made:
        sources.register(source)
    try:
        yield made
    finally:
        for code in codes:
            sources._sources.pop(code)
        for source in earlier.values():
            sources.register(source)


@contextmanager
def measuring(indicator: Indicator) -> Iterator[None]:
    """An indicator some other room announced."""
    indicators.register(indicator)
    try:
        yield
    finally:
        indicators._indicators.pop(indicator.code)


def facts_line(source: str, weight: int = 100, per: int = -5, **facts: Any) -> dict[str, Any]:
    start = Start.FULL if per < 0 else Start.ZERO
    return {"name": "事实项", "kind": LineKind.FACTS, "weight": weight, "source": source, "per_fact": Decimal(per),
            "start": start, **facts}  # fmt: skip


def manual_line(weight: int = 20, **facts: Any) -> dict[str, Any]:
    return {"name": "人工项", "kind": LineKind.MANUAL, "weight": weight, **facts}


def bonus_line(source: str, cap: int = 3, per: int = 1) -> dict[str, Any]:
    return {"name": "加分", "kind": LineKind.FACTS, "weight": 0, "bonus": True, "cap": cap, "source": source,
            "per_fact": Decimal(per), "start": Start.ZERO}  # fmt: skip


def draft(hall: Hall, *lines: dict[str, Any], **facts: Any) -> SchemeVersion:
    """A draft of the hall with these lines."""
    defaults = {"subject": SubjectKind.PERSON, "rhythm": Rhythm.MONTH, "name": "月考", "source": "测试依据"}
    made = SchemeVersion.objects.create(center=hall.center, **{**defaults, **facts})
    Line.objects.bulk_create([Line(version=made, position=n, **line) for n, line in enumerate(lines, 1)])
    return made


def in_force(hall: Hall, *lines: dict[str, Any], **facts: Any) -> SchemeVersion:
    """The same, put in force."""
    return schemes.put_on(draft(hall, *lines, **facts), by=hall.supervisor, at=SCORED)


def run(
    hall: Hall, *lines: dict[str, Any], at: datetime = SCORED, code: str = "2026-10", **facts: Any
) -> AppraisalPeriod:
    """A period that is being scored."""
    return periods.open_period(in_force(hall, *lines, **facts), code=code, by=hall.supervisor, at=at)


def frozen(hall: Hall, *lines: dict[str, Any], **facts: Any) -> AppraisalPeriod:
    """A period that was announced and frozen."""
    period = periods.announce(run(hall, *lines, **facts), by=hall.supervisor, at=SCORED)
    return periods.freeze(period, by=hall.supervisor, at=AFTER)


def sheet_of(period: AppraisalPeriod, user: User) -> Score:
    return period.scores.get(staff=user.staff)


def second_supervisor(hall: Hall) -> User:
    return make_user(Role.SUPERVISOR, make_staff(center=hall.center))


def attended(
    hall: Hall, staff: Staff, day: str = "2026-10-12", half: str = Half.MORNING, presence: str = Presence.PRESENT
) -> Attendance:
    on = moment(f"{day} 08:00")
    return Attendance.objects.create(
        staff=staff, center=hall.center, day=on.date(), half=half, starts_at=starts(on.date(), half),
        presence=presence, recorded_by=hall.supervisor, recorded_at=on,
    )  # fmt: skip


def turn(hall: Hall, staff: Staff, day: str = "2026-10-12", shift: str = "day") -> DutyTurn:
    on = moment(f"{day} 00:00")
    return DutyTurn.objects.create(
        center=hall.center, day=on.date(), shift=shift, staff=staff, log_due=on + timedelta(days=2),
        arranged_by=hall.supervisor, arranged_at=on,
    )  # fmt: skip


def nominated(hall: Hall, subject: Staff | Window | None = None, by: User | None = None, **facts: Any) -> Award:
    who = subject or hall.clerk.staff
    place = {"window": who, "kind": "banner"} if isinstance(who, Window) else {"staff": who, "kind": "star"}
    defaults = {"period_code": "2026-10", "first": OCTOBER.first, "last": OCTOBER.last, "evidence": "办件又快又好"}
    return Award.objects.create(
        center=hall.center, nominated_by=by or hall.supervisor, nominated_at=SCORED, **{**defaults, **place, **facts}
    )


def honoured(hall: Hall, subject: Staff | Window | None = None, **facts: Any) -> Award:
    """A published honour."""
    decided = {"state": "published", "decided_by": facts.pop("decided_by", hall.chief), "decided_at": SCORED}
    defaults = {"reasons": "当月零差错", "notice_until": OCTOBER.last}
    return nominated(hall, subject, **{**defaults, **decided, **facts})
