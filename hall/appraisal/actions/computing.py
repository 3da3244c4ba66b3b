"""Compute the sheets of a period from what the rooms announce: set-based, and the same again when run again."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from hall.appraisal import parameters, scoring
from hall.appraisal.enums import LineKind, MarkState, ObjectionState, PeriodState, SubjectKind
from hall.appraisal.models import AppraisalPeriod, Line, ManualMark, Objection, Score, ScoreEntry
from hall.appraisal.scoring import Point, Rule
from hall.facts import indicators, periods, sources
from hall.facts.errors import Refused
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.ledger import actions as ledger
from hall.organisation.models import Department, Staff, Window
from hall.rectification.queries import TOLD

logger = logging.getLogger(__name__)
BATCH: Final = 2000
BEAT: Final = "appraisal.recompute"
_SAME: Final = ("source", "docket", "url", "text", "occurred_at", "points", "struck")
Struck = Mapping[tuple[int, int], frozenset[str]]  # (score, line) → keys


@dataclass(frozen=True, slots=True)
class Homes:
    """Where people and windows belong, for facts that name only the smaller place."""

    window_of: Mapping[int, int | None]
    department_of: Mapping[int, int | None]
    department_of_window: Mapping[int, int | None]

    def subject(self, fact: Fact, kind: str) -> int | None:
        """The person, window or department a fact falls to."""
        if kind == SubjectKind.PERSON:
            return fact.staff
        if kind == SubjectKind.WINDOW:
            return fact.window or self.window_of.get(fact.staff or 0)
        return (
            fact.department
            or self.department_of.get(fact.staff or 0)
            or self.department_of_window.get(fact.window or 0)
        )


def rule_of(line: Line) -> Rule:
    """What a line says, for the pure arithmetic."""
    return Rule(
        line.kind, line.start, line.weight, line.limit, line.bonus, line.per_fact, line.scale, line.ascending
    )  # fmt: skip


@transaction.atomic
def recompute(period: AppraisalPeriod, *, at: datetime) -> int:
    """Bring the sheets of a period up to date. Returns how many sheets there are. Refused when it is frozen."""
    held = AppraisalPeriod.objects.select_for_update(of=("self",)).select_related("version").get(pk=period.pk)
    if held.state == PeriodState.FROZEN:
        raise Refused("已定分的考核期不再计算。")
    scores = _sheets(held)
    wanted = _wanted(held, scores, at)
    _replace(held, wanted)
    _total(held, scores, wanted)
    held.computed_at = at
    held.save(update_fields=["computed_at"])
    return len(scores)


@dataclass(slots=True)
class Recomputed:
    """What one round did: sheets computed, and the periods that failed, which stay as they were."""

    sheets: int = 0
    failed: list[str] = field(default_factory=list)


def recompute_open(*, at: datetime) -> Recomputed:
    """Every period that is not frozen yet, each in its own transaction: what fails keeps no other center up. Where
    everything was computed the round leaves its mark, so that the page of health shows one that has not.
    """
    done = Recomputed()
    rows = AppraisalPeriod.objects.exclude(state=PeriodState.FROZEN).select_related("center", "version")
    for period in rows.order_by("center_id", "pk"):
        try:
            done.sheets += recompute(period, at=at)
        except Exception as error:
            done.failed.append(f"{period.center.name}：{period}")
            logger.error(
                "appraisal failed: center=%s period=%s error=%s", period.center.code, period.pk, type(error).__name__
            )
    if not done.failed:
        ledger.beat(BEAT, at)
    return done


def subjects(period: AppraisalPeriod) -> QuerySet[Any]:
    """Whom the scheme appraises in this period and center."""
    match period.version.subject:
        case SubjectKind.DEPARTMENT:
            return Department.objects.filter(center_id=period.center_id, stub=False)
        case SubjectKind.WINDOW:
            open_then = Q(closed_on__isnull=True) | Q(closed_on__gte=period.first)
            return Window.objects.filter(open_then, center_id=period.center_id)
    placed = Q(department__isnull=False) | Q(window__isnull=False)
    come = Q(joined_on__isnull=True) | Q(joined_on__lte=period.last)
    return Staff.objects.serving(period.first).filter(placed, come, center_id=period.center_id)


def _sheets(period: AppraisalPeriod) -> list[Score]:
    """One sheet a subject: new ones added, those of people no longer here dropped unless somebody wrote on them. Who
    came after the first day has a sheet from the day of coming on, which says so (不满考核期).
    """
    kind = period.version.subject
    field = {"person": "staff_id", "window": "window_id", "department": "department_id"}[kind]
    home = "pk" if kind == SubjectKind.DEPARTMENT else "department_id"
    homes, since = dict(subjects(period).values_list("pk", home)), _since(period)
    present = {score.subject: score for score in period.scores.all()}
    gone = [score.pk for subject, score in present.items() if subject not in homes]
    period.scores.filter(pk__in=gone, marks__isnull=True, objections__isnull=True, confirmation__isnull=True).delete()
    new = [pk for pk in homes if pk not in present]
    rows = [Score(period=period, since=since.get(pk), **{"department_id": homes[pk], field: pk}) for pk in new]
    Score.objects.bulk_create(rows, batch_size=BATCH)
    moved = []
    for pk in present.keys() & homes.keys():
        score, now = present[pk], (homes[pk], since.get(pk))
        if (score.department_id, score.since) != now:
            score.department_id, score.since = now
            moved.append(score)
    Score.objects.bulk_update(moved, ["department", "since"], batch_size=BATCH)
    return list(period.scores.order_by("pk"))


def _since(period: AppraisalPeriod) -> dict[int, date]:
    """The people who came after the first day, and when."""
    if period.version.subject != SubjectKind.PERSON:
        return {}
    late = subjects(period).filter(joined_on__gt=period.first)
    return dict(late.values_list("pk", "joined_on"))


def _wanted(period: AppraisalPeriod, scores: list[Score], at: datetime) -> dict[tuple[int, int], list[Point]]:
    """The points each sheet should have, by sheet and line."""
    struck, marks = _struck(period), _marks(period)
    # A sheet computed at noon must not tell who gave a grade without a name this morning.
    part = Slice(periods.parse(period.code), centers=frozenset({period.center_id}), options={TOLD: 1})
    homes = _homes(period.center_id)
    wanted: dict[tuple[int, int], list[Point]] = {}
    for line in period.version.lines.all():
        rule = rule_of(line)
        by_subject = _facts(line, part, homes, period.version.subject)
        for score in scores:
            gone = struck.get((score.pk, line.pk), frozenset())
            points = scoring.starting(rule)
            if line.kind == LineKind.FACTS:
                points += scoring.from_facts(rule, by_subject[score.subject], source=line.source, struck=gone)
            elif line.kind == LineKind.INDICATOR:
                points += _indicated(line, rule, _part_of(part, score), at, gone)
            else:
                points += scoring.from_marks(rule, marks.get((score.pk, line.pk), ()), struck=gone)
            wanted[score.pk, line.pk] = points
    _bound_bonus(period, scores, wanted)
    return wanted


def _facts(line: Line, part: Slice, homes: Homes, kind: str) -> defaultdict[int, list[Fact]]:
    """All facts of a line in the center, asked once, by whom they fall to."""
    found: defaultdict[int, list[Fact]] = defaultdict(list)
    if line.kind != LineKind.FACTS or not sources.known(line.source):
        return found
    for fact in sources.source_of(line.source).find(part.but(options={**part.options, **line.options})):
        subject = homes.subject(fact, kind)
        if subject is not None:
            found[subject].append(fact)
    return found


def _part_of(part: Slice, score: Score) -> Slice:
    """The share of one subject in a slice of the center."""
    name = {"person": "staff", "window": "window", "department": "department"}[score.kind]
    return part.but(**{name: score.subject})


def part_for(score: Score) -> Slice:
    """The slice a sheet speaks of."""
    center = frozenset({score.period.center_id})
    return _part_of(Slice(periods.parse(score.period.code), centers=center), score)


def _indicated(line: Line, rule: Rule, part: Slice, at: datetime, struck: frozenset[str]) -> list[Point]:
    indicator = indicators.indicator_of(line.indicator)
    figure = indicator.figure(part, at)
    url = list_of(next(iter(indicator.numerator), ""), part)
    return scoring.from_indicator(rule, figure, label=indicator.label, url=url, struck=struck)


def list_of(source: str, part: Slice) -> str:
    """The page that lists the facts of a source for a subject; nothing where there is no such source."""
    if not sources.known(source):
        return ""
    places = {"center": min(part.centers or (0,)), "department": part.department, "window": part.window}
    query = {"period": part.period.code, **places, "staff": part.staff}
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('pledges:facts', args=[source])}?{asked}"


def _bound_bonus(period: AppraisalPeriod, scores: Iterable[Score], wanted: dict[tuple[int, int], list[Point]]) -> None:
    """Bonus lines together give no more than the scheme allows; what is beyond is taken back on the last of them."""
    lines = [line.pk for line in period.version.lines.all() if line.bonus]
    for score in scores if lines else ():
        bonus = sum((point.points for line in lines for point in wanted[score.pk, line]), start=scoring.ZERO)
        wanted[score.pk, lines[-1]] += scoring.over_bonus(bonus, period.version.bonus_cap)


def _struck(period: AppraisalPeriod) -> Struck:
    rows = Objection.objects.filter(score__period=period, state=ObjectionState.STRUCK)
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for score, line, key in rows.values_list("score_id", "line_id", "key"):
        found[score, line].add(key)
    return {place: frozenset(keys) for place, keys in found.items()}


def _marks(period: AppraisalPeriod) -> Mapping[tuple[int, int], list[Point]]:
    rows = ManualMark.objects.filter(score__period=period, state=MarkState.APPROVED).order_by("marked_at", "pk")
    found: defaultdict[tuple[int, int], list[Point]] = defaultdict(list)
    for mark in rows:
        text = mark.evidence[:300]
        point = Point(f"manual:{mark.pk}", mark.points, text, "manual", occurred_at=mark.marked_at)
        found[mark.score_id, mark.line_id].append(point)
    return found


def _homes(center: int) -> Homes:
    people = list(Staff.objects.filter(center_id=center).values_list("pk", "window_id", "department_id"))
    windows = dict(Window.objects.filter(center_id=center).values_list("pk", "department_id"))
    return Homes({pk: window for pk, window, _ in people}, {pk: home for pk, _, home in people}, windows)


def _replace(period: AppraisalPeriod, wanted: Mapping[tuple[int, int], list[Point]]) -> None:
    """Make the entries those wanted, touching only what differs, so that a second run changes nothing."""
    present = {
        (entry.score_id, entry.line_id, entry.key): entry
        for entry in ScoreEntry.objects.filter(score__period=period)
    }  # fmt: skip
    new, changed = [], []
    for (score, line), points in wanted.items():
        for point in points:
            entry = present.pop((score, line, point.key), None)
            facts = {name: getattr(point, name) for name in _SAME} | {"text": point.text[:300]}
            if entry is None:
                new.append(ScoreEntry(score_id=score, line_id=line, key=point.key, **facts))
            elif any(getattr(entry, name) != value for name, value in facts.items()):
                for name, value in facts.items():
                    setattr(entry, name, value)
                changed.append(entry)
    ScoreEntry.objects.filter(pk__in=[entry.pk for entry in present.values()]).delete()
    ScoreEntry.objects.bulk_update(changed, _SAME, batch_size=BATCH)
    ScoreEntry.objects.bulk_create(new, batch_size=BATCH)


def _total(period: AppraisalPeriod, scores: list[Score], wanted: Mapping[tuple[int, int], list[Point]]) -> None:
    """Sums, places and results."""
    totals: defaultdict[int, Decimal] = defaultdict(Decimal)
    for (sheet, _line), points in wanted.items():
        totals[sheet] += sum((point.points for point in points), start=scoring.ZERO)
    bands = parameters.bands(period.center_id, period.last)
    places = scoring.ranks([totals[score.pk] for score in scores])
    changed = []
    for score, place in zip(scores, places, strict=True):
        now = (totals[score.pk], place, scoring.band(totals[score.pk], **bands))
        if (score.total, score.rank, score.band) != now:
            score.total, score.rank, score.band = now
            changed.append(score)
    Score.objects.bulk_update(changed, ["total", "rank", "band"], batch_size=BATCH)
