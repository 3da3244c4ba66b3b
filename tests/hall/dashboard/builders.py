"""Cases at every stage, random histories of them, and a plain recount that knows nothing of SQL."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.enums import CaseState, CorrectableField
from approvals.cases.models import Case, ClockRow
from approvals.catalogue.models import ItemVersion
from hall.access.models import User
from hall.dashboard import rolling
from hall.dashboard.measures import MEASURES
from hall.dashboard.models import CaseTally, DurationTally, OpenTally
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import Period, parse
from hall.facts.slices import Slice
from hall.organisation.models import Center, Department
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version

MAY = parse("2026-04-01..2026-05-31")


def slice_of(hall: Hall, period: Period | str = MAY, **more: Any) -> Slice:
    """What the hall's supervisor asks of a period."""
    wanted = parse(period) if isinstance(period, str) else period
    return Slice(wanted, centers=frozenset({hall.center.pk}), **more)


def granted_case(hall: Hall, version: ItemVersion | None = None, *, at: datetime = MONDAY, days: int = 3) -> Case:
    """Accepted on a day, granted and handed over so many days later."""
    case = accepted_case(hall, version, at=at)
    case = actions.grant(case, by=hall.approver, at=at + timedelta(days=days))
    return actions.deliver(case, by=hall.clerk, at=at + timedelta(days=days), method="collected")


def another_hall(center: Center) -> Hall:
    """A second department in the same center; the first one makes room for its name."""
    for row in Department.objects.filter(center=center, name="行政审批局"):
        Department.objects.filter(pk=row.pk).update(name=f"第 {row.pk} 局")
    return Hall(center)


def late_case(hall: Hall, version: ItemVersion | None = None, *, at: datetime = MONDAY) -> Case:
    """Granted long after its twenty working days."""
    return granted_case(hall, version, at=at, days=60)


def closed_by_hand(case: Case, **facts: Any) -> Case:
    """Facts put into the rows without the actions, for days no action would give."""
    Case.objects.filter(pk=case.pk).update(**facts)
    return Case.objects.get(pk=case.pk)


# --- random histories -------------------------------------------------------------------------------------------------

Deed = Callable[[Hall, Case, datetime, random.Random], Any]
REASON = "测试用的理由"


def _correct(hall: Hall, case: Case, at: datetime, dice: random.Random) -> None:
    """Put the day of receipt or the channel right, by two people."""
    field = dice.choice((CorrectableField.RECEIVED_AT, CorrectableField.CHANNEL))
    earlier = timezone.localtime(case.received_at - timedelta(days=dice.randint(1, 5)))
    value = earlier.isoformat() if field == CorrectableField.RECEIVED_AT else dice.choice(("online", "post"))
    asked = actions.propose_correction(case, by=hall.clerk, at=at, field=field, value=value, reason=REASON)
    actions.review_correction(asked, by=hall.approver, at=at, agreed=dice.random() < 0.8, opinion="核过")


def _lapse_and_undo(hall: Hall, case: Case, at: datetime, dice: random.Random) -> None:
    """End a case whose supplement did not come, and sometimes take that back the next day."""
    actions.end_unsupplemented(case, by=hall.approver, at=at, reason=REASON)
    if dice.random() < 0.5:
        field, then = CorrectableField.LAPSE, at + timedelta(days=1)
        asked = actions.propose_correction(case, by=hall.clerk, at=then, field=field, value="", reason=REASON)
        actions.review_correction(asked, by=hall.approver, at=then, agreed=True)


DEEDS: tuple[Deed, ...] = (
    lambda h, c, at, _: actions.accept(c, by=h.clerk, at=at),
    lambda h, c, at, _: actions.refuse(c, by=h.clerk, at=at, reason=REASON, competent_organ={"name": "市水务局"}),
    lambda h, c, at, _: actions.grant(c, by=h.approver, at=at),
    lambda h, c, at, _: actions.grant(c, by=h.approver, at=at),
    lambda h, c, at, _: actions.deny(c, by=h.approver, at=at, reason=REASON),
    lambda h, c, at, _: actions.deliver(c, by=h.clerk, at=at, method="collected"),
    lambda h, c, at, _: actions.withdraw(c, by=h.clerk, at=at, reason=REASON),
    lambda h, c, at, _: actions.void(c, by=h.chief, at=at, reason=REASON),
    lambda h, c, at, _: actions.pause(c, by=h.approver, at=at, ground=h.ground(), notified_days=3, reason=REASON),
    lambda h, c, at, _: actions.resume(c, by=h.clerk, at=at, ground=h.ground()),
    lambda h, c, at, _: actions.notify_supplement(
        c, by=h.clerk, at=at, items=[{"name": "申请书", "problem": "没有提交", "requirement": "补交"}]
    ),
    _correct,
    _lapse_and_undo,
)


class History:
    """A hall in which something happens on every step, in the order of the days."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self.hall, self.dice, self.at = hall, random.Random(seed), MONDAY
        short, instant = (3, "workday"), {"case_kind": "instant", "promise": (0, "workday")}
        self.versions = [
            make_item_version(hall.department),
            make_item_version(hall.department, promise=short),
            make_item_version(hall.department, **instant),  # type: ignore[arg-type] # each its own kind of fact
        ]

    def go_on(self, steps: int) -> int:
        """So many deeds, of which some are refused; returns how many were done."""
        return sum(self._step() for _ in range(steps))

    def _step(self) -> bool:
        self.at += timedelta(hours=self.dice.randint(1, 30))
        cases = list(Case.objects.order_by("docket"))
        if not cases or self.dice.random() < 0.25:
            make_case(self.hall, self.dice.choice(self.versions), at=self.at, complete=self.dice.random() < 0.7)
            return True
        deed = self.dice.choice(DEEDS)
        try:
            deed(self.hall, self.dice.choice(cases), self.at, self.dice)
        except (Refused, NotPermitted, TypeError):
            return False
        return True


# --- the recount ------------------------------------------------------------------------------------------------------

Key = tuple[date, int, int, int | None, str]


def counted_by_hand(cases: list[Case] | None = None) -> dict[Key, Counter[str]]:
    """Every measure by day and place, from the facts, one case after the other."""
    counts: dict[Key, Counter[str]] = {}
    for case in cases if cases is not None else Case.objects.select_related("version_filed__item"):
        for moment, code, n in _measures(case):
            place = (case.center_id, case.department_id, case.window_id, case.version_filed.item.code)
            counts.setdefault((timezone.localdate(moment), *place), Counter())[code] += n
    return {key: +counter for key, counter in counts.items() if +counter}


def _measures(case: Case) -> Iterator[tuple[datetime, str, int]]:
    yield case.received_at, "filed", 1
    if case.channel == "online":
        yield case.received_at, "online", 1
    if case.accepted_at:
        yield case.accepted_at, "accepted", 1
    if case.decided_at:
        yield case.decided_at, "decided", 1
        yield case.decided_at, "granted", int(bool(case.granted))
    if case.closed_at and case.state != CaseState.VOIDED:
        yield case.closed_at, "closed", 1
        for code, n in _of_the_clock(case):
            yield case.closed_at, code, n


def _of_the_clock(case: Case) -> Iterator[tuple[str, int]]:
    clock = ClockRow.objects.filter(case=case, clock="decision").first()
    if clock is None or case.decided_at is None or case.accepted_at is None:
        return
    yield "timed", 1
    same_day = timezone.localdate(case.decided_at) == timezone.localdate(case.accepted_at)
    in_time = same_day if case.case_kind == "instant" else case.decided_at < clock.late_from
    yield ("on_time" if in_time else "late"), 1
    if clock.spare_days is not None and clock.spare_days > 0:
        yield "early", 1
    if (
        case.case_kind == "promise"
        and case.promise_unit == case.statute_unit == "workday"
        and clock.net_days is not None
    ):
        yield "compressed", 1
        yield "statute_days", case.statute_count or 0
        yield "promise_days", case.promise_count or 0
        yield "actual_days", clock.net_days


def kept(grain: str = "full", span: str = "day") -> dict[Key, Counter[str]]:
    """What the tallies say."""
    rows = CaseTally.objects.filter(grain=grain, span=span)
    return {
        (r.day, r.center_id, r.department_id, r.window_id, r.item): +Counter(
            {code: getattr(r, code) for code in MEASURES}
        )
        for r in rows
    }


def _numbers(row: CaseTally) -> Counter[str]:
    return +Counter({code: getattr(row, code) for code in MEASURES})


def everything() -> tuple[list[Any], list[Any], list[Any]]:
    """All tallies as plain rows, to compare one way of counting with another."""
    names = [[f.attname for f in m._meta.fields if f.name != "id"] for m in (CaseTally, DurationTally, OpenTally)]
    models = (CaseTally, DurationTally, OpenTally)
    rows = [sorted(m.objects.values_list(*n), key=str) for m, n in zip(models, names, strict=True)]
    return rows[0], rows[1], rows[2]


def rolled(at: datetime | None = None) -> None:
    """The tallies, brought up to date."""
    rolling.rebuild(at or timezone.now())


def log_in(user: User) -> Client:
    """A browser somebody is logged in at."""
    client = Client()
    client.force_login(user)
    return client
