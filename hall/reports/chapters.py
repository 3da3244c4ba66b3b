"""The chapters of a report: each a title, the notes that make its numbers honest, columns and rows. Reads only.

A chapter is plain JSON, frozen with its as-of time; figures come from the tallies and from announced indicators, so a
report says what the dashboard said at that moment.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Sum
from django.utils import timezone

from approvals.cases import listing
from approvals.cases.enums import OPEN
from approvals.cases.models import Case
from hall.dashboard.board import comparable
from hall.dashboard.enums import Grain, Span
from hall.dashboard.measures import MEASURES
from hall.dashboard.models import CaseTally
from hall.facts import indicators, sources
from hall.facts.indicators import DASH, Figure
from hall.facts.periods import Period
from hall.facts.slices import Slice
from hall.ledger import numbers
from hall.organisation.models import Center
from hall.organisation.queries import subtree

LONGEST_OPEN: Final = 20
MOST_CARDS: Final = 50
_SHOWN: Final = ("filed", "accepted", "closed", "timed", "on_time", "late", "early")
_INDICATORS: Final = (
    "cases.on_time_rate", "cases.early_rate", "evaluation.active_rate", "evaluation.unrated_rate",
    "evaluation.good_rate", "evaluation.bad_rate", "evaluation.rectified_rate", "pledge.zero_error",
    "pledge.zero_backlog", "pledge.zero_shirking", "pledge.zero_distance", "pledge.zero_complaint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about, and when it is written."""

    center: Center
    centers: frozenset[int]
    period: Period
    at: datetime

    def part(self) -> Slice:
        """All of it, for indicators and sources."""
        return Slice(self.period, centers=self.centers)


Chapter = dict[str, Any]


def subject(center: Center, period: Period, at: datetime) -> Subject:
    """A center with everything below it."""
    return Subject(center, frozenset(subtree(center.pk).values_list("pk", flat=True)), period, at)


def _chapter(title: str, notes: list[str], columns: list[tuple[str, str]], rows: list[list[Any]]) -> Chapter:
    """`columns` are labels with the kind of a `hall.exports` column."""
    return {"title": title, "notes": notes, "columns": [list(column) for column in columns], "rows": rows}


def _sums(about: Subject, period: Period) -> dict[str, int]:
    tallies = CaseTally.objects.filter(
        span=Span.DAY, grain=Grain.DEPARTMENT, center__in=about.centers, day__range=(period.first, period.last)
    )
    return {name: value or 0 for name, value in tallies.aggregate(**{m: Sum(m) for m in _SHOWN}).items()}


def overview(about: Subject) -> Chapter:
    """This period beside the one before it; one under way beside as many days of the one before."""
    window = comparable(about.period, timezone.localdate(about.at))
    now, before = _sums(about, window.now), _sums(about, window.before)
    rows = [[MEASURES[name].label, now[name], before[name], now[name] - before[name]] for name in _SHOWN]
    notes = [f"{MEASURES[name].label}：{MEASURES[name].definition}" for name in _SHOWN]
    columns = [
        ("项目", "text"),
        ("本期", "number"),
        (f"上期（{window.before.label}）", "number"),
        ("增减", "number"),
    ]
    return _chapter("收件和办结", notes, columns, rows)


def departments(about: Subject) -> Chapter:
    """Every department that filed or closed anything, busiest first; the late ones beside the rate."""
    tallies = CaseTally.objects.filter(
        span=Span.DAY, grain=Grain.DEPARTMENT, center__in=about.centers,
        day__range=(about.period.first, about.period.last),
    )  # fmt: skip
    found = (
        tallies.values("center__name", "department__name")
        .annotate(**{name: Sum(name) for name in _SHOWN})
        .order_by("-closed", "center__name", "department__name")
    )
    rows = [_department(row) for row in found]
    columns = [
        ("中心", "text"), ("部门", "text"), ("收件", "number"), ("办结", "number"), ("按时", "number"),
        ("有期限的办结", "number"), ("按时办结率", "percent"), ("提前办结率", "percent"), ("超期办结", "number"),
    ]  # fmt: skip
    notes = ["按时办结率＝按时÷有期限的办结；没有有期限的办结时不计算，写作“—”，不写 100%。"]
    return _chapter("各部门", notes, columns, rows)


def _department(row: Mapping[str, Any]) -> list[Any]:
    timed = row["timed"]
    rates = [_share(row["on_time"], timed), _share(row["early"], timed)]
    counts = [row[name] for name in ("filed", "closed", "on_time", "timed")]
    return [row["center__name"], row["department__name"], *counts, *rates, row["late"]]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def figures(about: Subject) -> Chapter:
    """The announced indicators, each with fraction, definition and what is left out."""
    rows, notes = [], []
    for code in _INDICATORS:
        try:
            indicator = indicators.indicator_of(code)
        except indicators.UnknownIndicator:
            continue
        figure = _figure(indicator, about)
        rows.append([indicator.label, figure.text, figure.fraction or (figure.missing or "")])
        excludes = f"不计：{indicator.excludes}" if indicator.excludes else ""
        notes.append(f"{indicator.label}：{indicator.definition}{excludes}")
    return _chapter("指标", notes, [("指标", "text"), ("数值", "number"), ("分子 / 分母", "number")], rows)


def _figure(indicator: indicators.Indicator, about: Subject) -> Figure:
    try:
        return indicator.figure(about.part(), about.at)
    except sources.UnknownSource:
        return Figure(missing="还没有数据来源", as_of=about.at)


def cards(about: Subject) -> Chapter:
    """Cards of supervision that stand, the red ones first."""
    rows = []
    for code, colour in (("supervision.red", "红牌"), ("supervision.yellow", "黄牌")):
        if sources.known(code):
            found = sources.source_of(code).find(about.part(), limit=MOST_CARDS)
            rows += [[colour, timezone.localtime(fact.occurred_at), _grouped(fact.docket), fact.text] for fact in found]
    notes = [f"只列没有撤销的牌，黄牌、红牌各最多 {MOST_CARDS} 张，较新的在前。"]
    columns = [("牌", "text"), ("发生时间", "datetime"), ("办件编号", "text"), ("事由", "text")]
    return _chapter("督查牌", notes, columns, rows)


def longest_open(about: Subject) -> Chapter:
    """What has been open longest now."""
    cases = listing.with_lamp(Case.objects.filter(center__in=about.centers, state__in=OPEN), about.at)
    oldest = cases.select_related("version_filed", "department").order_by("received_at", "pk")[:LONGEST_OPEN]
    labels: Mapping[str, str] = {kind.value: label for kind, label in listing.LAMP_LABELS.items()}
    today = timezone.localdate(about.at)
    rows = [
        [
            _grouped(case.docket), case.version_filed.name, case.department.name, timezone.localdate(case.received_at),
            (today - timezone.localdate(case.received_at)).days, labels.get(getattr(case, "lamp", ""), ""),
        ]
        for case in oldest
    ]  # fmt: skip
    columns = [
        ("办件编号", "text"), ("事项", "text"), ("部门", "text"), ("收件", "date"), ("已过自然日", "number"),
        ("信号", "text"),
    ]  # fmt: skip
    return _chapter("现在最久未结", [f"写报告时在办的办件中收件最早的 {LONGEST_OPEN} 件。"], columns, rows)


def _grouped(docket: str) -> str:
    return numbers.grouped(docket) if docket else ""


CHAPTERS: Final[tuple[Callable[[Subject], Chapter], ...]] = (overview, departments, figures, cards, longest_open)


def typed(chapter: Chapter) -> Iterator[list[Any]]:
    """Rows of a stored chapter with its days and moments as such again: JSON keeps them as text."""
    kinds = [kind for _, kind in chapter["columns"]]
    for row in chapter["rows"]:
        yield [_value(value, kind) for value, kind in zip(row, kinds, strict=True)]


def _value(value: Any, kind: str) -> Any:
    if value is None or not isinstance(value, str) or value == DASH:
        return value
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return datetime.fromisoformat(value).date() if kind == "date" else value
