"""Trying versions on the past: what they would have raised, counted and listed. Nothing is written but the trial."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction

from hall.access.models import User
from hall.access.rules import has_right
from hall.facts import sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import Period, parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.organisation.models import Staff
from hall.supervision import rules
from hall.supervision.models import RuleVersion, Trial, TrialLine
from hall.supervision.watching import governed

CHUNK: Final = 1000
# Above this many facts a trial counts, and leaves the rest out of the tables by department and person, and says so.
MOST: Final = 20_000


@dataclass
class Tally:
    """What one version would have raised in the period."""

    count: int = 0
    paused: int = 0
    uncounted: int = 0
    departments: Counter[int] = field(default_factory=Counter)
    people: Counter[int] = field(default_factory=Counter)
    # By person, where the fact names no department: the card would go to the person's own.
    unplaced: Counter[int] = field(default_factory=Counter)

    def add(self, fact: Fact) -> None:
        """Count one fact; while its clock stands still it raises nothing."""
        if fact.paused:
            self.paused += 1
            return
        self.count += 1
        if fact.department is not None:
            self.departments[fact.department] += 1
        if fact.staff is not None:
            self.people[fact.staff] += 1
            if fact.department is None:
                self.unplaced[fact.staff] += 1

    def settle(self) -> "Tally":
        """Give what names no department to the person's own, in one query."""
        for person, department in Staff.objects.filter(pk__in=self.unplaced).values_list("pk", "department_id"):
            if department is not None:
                self.departments[department] += self.unplaced[person]
        return self


def slice_of(version: RuleVersion, period: Period, options: dict[str, int] | None = None) -> Slice:
    """The facts of the centers a version governs, by the moment they happened."""
    return Slice(period, governed(version), options=version.options if options is None else options)


def try_on(versions: Sequence[RuleVersion], period: Period, *, by: User, at: datetime) -> Trial:
    """Count what the versions would have raised in a past period and keep the result.

    Raises Refused without a version, for a period that has not begun, or for a source nobody announced.
    """
    _check(versions, period, by=by, at=at)
    tallies = [(version, tally(version, period)) for version in versions]
    with transaction.atomic():
        trial = Trial(center_id=rules.home_of(by), period=period.code, tried_by=by, tried_at=at)
        trial.save(force_insert=True)
        TrialLine.objects.bulk_create(_line(trial, version, counted) for version, counted in tallies)
    return trial


def _check(versions: Sequence[RuleVersion], period: Period, *, by: User, at: datetime) -> None:
    if not has_right(by, "supervision.rules"):
        raise NotPermitted("规则由督查人员试算。")
    if not versions:
        raise Refused("请至少选一条规则。", field="versions")
    if period.start > at:
        raise Refused("请选已经过去的期间，或者进行中的期间。", field="period")
    for version in versions:
        if not sources.known(version.rule.source):
            raise Refused(f"“{version.rule.name}”的事实来源还没有接入，不能试算。", field="versions")


def tally(version: RuleVersion, period: Period) -> Tally:
    """Read the facts in chunks, newest first."""
    source, part, counted = sources.source_of(version.rule.source), slice_of(version, period), Tally()
    for offset in range(0, MOST, CHUNK):
        chunk = source.find(part, offset=offset, limit=CHUNK)
        for fact in chunk:
            counted.add(fact)
        if len(chunk) < CHUNK:
            return counted.settle()
    counted.uncounted = max(0, source.count(part) - MOST)
    counted.count += counted.uncounted
    return counted.settle()


def facts_of(line: TrialLine, *, offset: int, limit: int) -> list[Fact]:
    """The very facts behind a line, as they stand now, with the thresholds that were tried."""
    source = sources.source_of(line.version.rule.source)
    part = slice_of(line.version, parse(line.trial.period), line.options)
    return source.find(part, offset=offset, limit=limit)


def total_of(line: TrialLine) -> int:
    """How many facts the list behind a line has now, standing clocks included."""
    source = sources.source_of(line.version.rule.source)
    return source.count(slice_of(line.version, parse(line.trial.period), line.options))


def _line(trial: Trial, version: RuleVersion, counted: Tally) -> TrialLine:
    return TrialLine(
        trial=trial,
        version=version,
        colour=version.colour,
        options=version.options,
        count=counted.count,
        paused=counted.paused,
        uncounted=counted.uncounted,
        departments={str(key): value for key, value in counted.departments.items()},
        people={str(key): value for key, value in counted.people.items()},
    )
