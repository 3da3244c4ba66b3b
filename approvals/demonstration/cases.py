"""Plans the stories: draws items, people and days from a fixed seed. The timeline does every act in its order."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from django.utils import timezone

from approvals.cases.actions import Application, MaterialFacts, PartyFacts
from approvals.cases.enums import Channel, MaterialState
from approvals.catalogue.enums import CaseKind, ItemKind, LimitUnit, MaterialNeed
from approvals.catalogue.models import ItemVersion, Material, PauseGround
from approvals.demonstration.acts import Course
from approvals.demonstration.applicants import Applicants
from approvals.demonstration.organisation import Hall
from approvals.demonstration.stories import (
    ANY,
    APPROVAL,
    DEFERRABLE,
    INSTANT,
    LONG,
    PERMIT,
    SERVICE,
    SHORT,
    STORIES,
    Step,
    Story,
)
from hall.organisation.models import Staff
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for
from hall.workdays.terms import Limit, end_of_term

SEED: Final = 130302
OPENS, CLOSES = time(8, 35), time(16, 50)
# Before this hour a day has seen nothing yet, and the stories end the working day before.
STARTED: Final = time(9, 30)
# Working days in a week of seven; enough to place stories, never used for a deadline.
WORKDAY_SHARE: Final = 5 / 7
PAST: Final = 260


class Planned(NamedTuple):
    """One act at one moment; `order` keeps acts of the same moment in the order of their story."""

    at: datetime
    order: int
    course: Course
    act: str
    facts: dict[str, Any]


def plan(
    hall: Hall, published: dict[str, ItemVersion], *, at: datetime, stories: Sequence[Story] = STORIES
) -> list[Planned]:
    """Every act of every story in the order of time; nothing is written."""
    planner = _Planner(hall, list(published.values()), at=at)
    return sorted(planner.plan(stories), key=lambda planned: (planned.at, planned.order))


def workdays(count: int | None, unit: str) -> int:
    """About how many working days a limit takes; for placing stories only."""
    if count is None or unit in (LimitUnit.HOUR, LimitUnit.OPENING_HOUR):
        return 1
    days = {LimitUnit.DAY: count * WORKDAY_SHARE, LimitUnit.MONTH: count * 21}.get(LimitUnit(unit), count)
    return max(1, math.ceil(days))


def picked(version: ItemVersion, pick: str, *, approval: int) -> bool:
    """Whether an item may take a story of this kind."""
    permit = version.kind == ItemKind.PERMIT and version.case_kind == CaseKind.PROMISE
    promise = workdays(version.promise_count, version.promise_unit)
    statute = workdays(version.statute_count, version.statute_unit)
    licensing = version.regime is not None and version.regime.code == "licensing-law"
    return {
        ANY: True,
        PERMIT: permit and promise >= 2,
        APPROVAL: permit and promise >= 4 and version.item.department_id == approval,
        INSTANT: version.case_kind == CaseKind.INSTANT,
        SERVICE: version.kind != ItemKind.PERMIT and version.case_kind == CaseKind.PROMISE,
        DEFERRABLE: version.promise_supplement and promise >= 5 and version.item.department_id == approval,
        LONG: permit and licensing and promise >= 8,
        SHORT: permit and licensing and promise >= 2 and statute <= 2 * promise and statute <= 14,
    }[pick]


@dataclass
class _Day:
    """The acts of one course on one day follow one another."""

    on: date
    minute: int


class _Planner:
    """Draws everything from one seeded source, so that the same day gives the same demonstration."""

    def __init__(self, hall: Hall, versions: Sequence[ItemVersion], *, at: datetime) -> None:
        self.hall, self.at = hall, timezone.localtime(at)
        self.random = Random(SEED)  # noqa: S311 - a repeatable demonstration, nothing secret
        self.applicants = Applicants(self.random)
        self.calendar = calendar_for(hall.center.region_id)
        self.past = past_days(hall, at)
        self.versions = versions
        self.materials = {v.pk: tuple(v.materials.all()) for v in versions}
        self.grounds = {
            (ground.regime_id, ground.code): ground for ground in PauseGround.objects.select_related("regime")
        }
        self.order = 0

    def plan(self, stories: Sequence[Story]) -> Iterator[Planned]:
        """Every act of every course."""
        approval = next(iter(self.hall.departments.values())).pk
        for story in stories:
            versions = [v for v in self.versions if picked(v, story.pick, approval=approval)]
            self.random.shuffle(versions)
            for number in range(story.count):
                yield from self._course(story, versions[number % len(versions)])

    def _course(self, story: Story, version: ItemVersion) -> Iterator[Planned]:
        promise = self._oldest_in_time(version)
        filed = story.filed
        ago = max(0, round(filed.share * promise) + self.random.randint(filed.low, filed.high))
        course = self._people(story, version)
        day = _Day(self.past[ago], self.random.randint(0, 200))
        yield self._planned(day, course, "register", {})
        for step in self._spread(story.steps, version, promise, ago):
            index = ago - step.after
            if index < 0:
                return
            if self.past[index] != day.on:
                day = _Day(self.past[index], self.random.randint(0, 200))
            else:
                day.minute += self.random.randint(12, 45)
            yield self._planned(day, course, step.act, step.facts)

    def _spread(self, steps: Sequence[Step], version: ItemVersion, promise: int, ago: int) -> list[Step]:
        """The steps with their day fixed, and `work` as the steps of the item that are over by the base day."""
        spread: list[Step] = []
        for step in steps:
            if step.act == "work":
                spread += self._worked(version, ago, begun=spread[-1].after if spread else 0)
            else:
                spread.append(Step(step.act, step.after + round(step.share * promise), facts=step.facts))
        return sorted(spread, key=lambda step: step.after)

    def _oldest_in_time(self, version: ItemVersion) -> int:
        """How many working days ago an item may have been accepted without its promise being over today."""
        promise = version.promise
        if promise is None or promise.unit not in (LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.MONTH):
            return 0
        late = (n for n, day in enumerate(self.past) if self._due(day, promise) < self.at.date())
        return max(0, next(late, len(self.past)) - 1)

    def _due(self, start: date, limit: Limit) -> date:
        return end_of_term(start, limit, (), self.calendar).due

    def _worked(self, version: ItemVersion, ago: int, *, begun: int) -> Iterator[Step]:
        """Each step of the item but the last is completed on its last day, as far as that day has come."""
        start = self.past[ago - begun]
        for step in list(version.steps.all())[:-1]:
            if step.limit is None:
                return
            start = self._due(start, step.limit)
            if start > self.past[0]:
                return
            yield Step("complete_step", ago - self.past.index(start))

    def _planned(self, day: _Day, course: Course, act: str, facts: dict[str, Any]) -> Planned:
        self.order += 1
        return Planned(self._moment(day), self.order, course, act, facts)

    def _moment(self, day: _Day) -> datetime:
        """A minute of the working hours; those of today are squeezed into the part that is over."""
        opens = timezone.make_aware(datetime.combine(day.on, OPENS))
        closes = timezone.make_aware(datetime.combine(day.on, CLOSES))
        ends = min(closes, self.at - timedelta(minutes=2))
        share = min(day.minute, 480) / 481
        return opens + (ends - opens) * share

    def _people(self, story: Story, version: ItemVersion) -> Course:
        department = version.item.department
        chief = self.hall.chief_of(department)
        name = self.random.choice(("clerk", "clerk", "clerk.2", "clerk.3"))
        if story.slips and name == "clerk.3":
            name = ("clerk", "clerk.2")[self.order % 2]
        clerk = self.hall.users[name]
        deciders = [
            user for name, user in self.hall.users.items()
            if name.startswith("approver") and user.staff and user.staff.department_id == department.pk
        ]  # fmt: skip
        lines, missing = self._check_list(version, story.materials)
        proxy = self._proxy() if self.random.random() < 0.12 else None
        return Course(
            application=Application(
                version=version,
                applicant=self.applicants.draw(version.target),
                proxy=proxy,
                channel=Channel.AGENT if proxy else self.random.choice((Channel.WINDOW,) * 9 + (Channel.POST,)),
                materials=lines,
                summary="演示办件",
            ),
            clerk=clerk,
            decider=self.random.choice(deciders) if deciders else chief,
            chief=chief,
            officers=self._officers(department.pk),
            missing=missing,
            grounds={code: ground for (regime, code), ground in self.grounds.items() if regime == version.regime_id},
        )

    def _proxy(self) -> PartyFacts:
        person = self.applicants.person()
        return PartyFacts(
            kind=person.kind, name=person.name, identity_kind=person.identity_kind, identity=person.identity,
            phone=person.phone, mandate="书面授权委托书，授权办理本次申请全部手续",
        )  # fmt: skip

    def _officers(self, department: int) -> tuple[Staff, Staff]:
        first, second = [person for person in self.hall.staff.values() if person.department_id == department][-2:]
        return first, second

    def _check_list(self, version: ItemVersion, view: str) -> tuple[list[MaterialFacts], tuple[Material, ...]]:
        """The clerk's findings, and the materials that are not there."""
        wanted = [m for m in self.materials[version.pk] if m.need != MaterialNeed.CONDITIONAL]
        deferrable = tuple(m for m in wanted if m.need == MaterialNeed.DEFERRABLE)
        missing = {"complete": (), "missing": (wanted[-1],), "deferred": deferrable}[view]
        absent = {material.pk for material in missing}
        return [
            MaterialFacts(
                material=material,
                state=MaterialState.MISSING if material.pk in absent else MaterialState.RECEIVED,
                copies=material.copies,
                original_checked=True,
            )
            for material in wanted
        ], missing


def past_days(hall: Hall, at: datetime) -> list[date]:
    """The working days of about a year, the newest first."""
    return list(working_days_back(calendar_for(hall.center.region_id), timezone.localtime(at), PAST))


def working_days_back(calendar: Calendar, at: datetime, count: int) -> Iterator[date]:
    """The newest working day the hall has been open on, and the `count` before it."""
    day = at.date() if at.time() >= STARTED else at.date() - timedelta(days=1)
    while count:
        if calendar.is_working(day):
            yield day
            count -= 1
        day -= timedelta(days=1)
