"""The numbers of each chapter, against tallies and facts put there by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hall.dashboard.models import CaseTally
from hall.exports.tables import written
from hall.facts import indicators
from hall.facts.periods import PeriodKind, holding, parse
from hall.facts.sources import Fact
from hall.reports import chapters
from tests.builders import Hall, accepted_case, make_center, make_department, moment
from tests.hall.pledges.builders import Told, announced

pytestmark = pytest.mark.django_db
AT = moment("2026-06-03 09:00")
MAY = parse("2026-05")


def about(hall: Hall, period: str = "2026-05", at: datetime = AT) -> chapters.Subject:
    return chapters.subject(hall.center, parse(period), at)


def tally(hall: Hall, day: str, **counts: int) -> None:
    place: dict[str, Any] = {"center": hall.center, "department": counts.pop("department", hall.department)}
    CaseTally.objects.create(span="day", grain="department", day=day, **place, **counts)


def overview(hall: Hall, period: str = "2026-05", at: datetime = AT) -> dict[str, list[int]]:
    return {row[0]: row[1:] for row in chapters.overview(about(hall, period, at))["rows"]}


def test_a_period_stands_beside_the_one_before(hall: Hall) -> None:
    tally(hall, "2026-04-30", filed=7, closed=2)
    tally(hall, "2026-05-01", filed=3, closed=4)
    tally(hall, "2026-05-31", filed=2)
    tally(hall, "2026-06-01", filed=100)
    found = overview(hall)
    assert (found["收件"], found["办结"]) == ([5, 7, -2], [4, 2, 2])


def test_a_month_under_way_stands_beside_as_many_days_of_the_last(hall: Hall) -> None:
    """Ten days of May against all of April would say that everybody stopped working."""
    tally(hall, "2026-04-10", filed=5)
    tally(hall, "2026-04-11", filed=90)
    tally(hall, "2026-05-10", filed=6)
    at = moment("2026-05-10 18:00")
    assert overview(hall, at=at)["收件"] == [6, 5, 1]
    column = chapters.overview(about(hall, at=at))["columns"][2]
    assert column == ["上期（2026 年 4 月 1 日至2026 年 4 月 10 日）", "number"]


def test_what_lies_below_is_part_of_it_and_what_lies_beside_is_not(hall: Hall) -> None:
    below = Hall(make_center("下级中心", parent=hall.center))
    beside = Hall(make_center("邻区中心"))
    for place in (hall, below, beside):
        tally(place, "2026-05-06", filed=1)
    assert overview(hall)["收件"][0] == 2


def test_only_days_and_departments_are_added_up(hall: Hall) -> None:
    tally(hall, "2026-05-06", filed=1)
    for grain, span in (("center", "day"), ("department", "month"), ("item", "day")):
        CaseTally.objects.create(span=span, grain=grain, day="2026-05-01", center=hall.center, filed=50)
    assert overview(hall)["收件"][0] == 1


def test_every_number_of_the_overview_is_defined(hall: Hall) -> None:
    chapter = chapters.overview(about(hall))
    assert [note.split("：")[0] for note in chapter["notes"]] == [row[0] for row in chapter["rows"]]


def departments(hall: Hall) -> list[list[Any]]:
    return chapters.departments(about(hall))["rows"]


def test_a_department_has_its_counts_and_rates(hall: Hall) -> None:
    tally(hall, "2026-05-06", filed=9, closed=8, timed=6, on_time=4, early=3, late=2)
    ((center, name, *numbers),) = departments(hall)
    assert (center, name) == (hall.center.name, hall.department.name)
    assert numbers == [9, 8, 4, 6, pytest.approx(4 / 6), 0.5, 2]


def test_days_of_a_department_are_one_line(hall: Hall) -> None:
    for day in ("2026-05-06", "2026-05-07", "2026-05-08"):
        tally(hall, day, filed=1, closed=1)
    assert [row[2:4] for row in departments(hall)] == [[3, 3]]


def test_without_a_denominator_there_is_no_rate(hall: Hall) -> None:
    tally(hall, "2026-05-06", filed=1, closed=1)
    assert departments(hall)[0][6:8] == [None, None]


def test_the_busiest_department_comes_first(hall: Hall) -> None:
    idle = make_department(hall.center, "闲局")
    tally(hall, "2026-05-06", closed=1, filed=90)
    tally(hall, "2026-05-06", closed=2, department=idle)  # type: ignore[arg-type]
    assert [row[1] for row in departments(hall)] == ["闲局", hall.department.name]


def test_an_indicator_says_what_it_leaves_out_as_left_out(hall: Hall) -> None:
    notes = chapters.figures(about(hall))["notes"]
    error = indicators.indicator_of("pledge.zero_error")
    assert f"零差错：{error.definition}不计：{error.excludes}" in notes


def test_a_share_stands_with_its_fraction_and_nothing_of_nothing_is_a_dash(hall: Hall) -> None:
    with announced(Told("cases.filed", 3), Told("cases.online", 1)):
        rows = {row[0]: row[1:] for row in chapters.figures(about(hall))["rows"]}
    assert rows["零距离"] == ["33.3%", "1 / 3"]
    with announced(Told("cases.filed", 0), Told("cases.online", 0)):
        rows = {row[0]: row[1:] for row in chapters.figures(about(hall))["rows"]}
    assert rows["零距离"] == ["—", "0 / 0"]


def card(hall: Hall, code: str, n: int) -> Fact:
    return Fact(key=f"{code}:{n}", occurred_at=AT - timedelta(days=n), text=f"第 {n} 张", center=hall.center.pk)


def test_red_cards_come_before_yellow_ones(hall: Hall) -> None:
    told = [Told(f"supervision.{c}", facts=[card(hall, c, n) for n in (1, 2)]) for c in ("yellow", "red")]
    with announced(*told):
        rows = chapters.cards(about(hall))["rows"]
    assert [(row[0], row[3]) for row in rows] == [
        ("红牌", "第 1 张"), ("红牌", "第 2 张"), ("黄牌", "第 1 张"), ("黄牌", "第 2 张"),
    ]  # fmt: skip


def test_no_more_cards_than_a_report_bears(hall: Hall) -> None:
    told = Told("supervision.red", facts=[card(hall, "red", n) for n in range(80)])
    with announced(told, without=["supervision.yellow"]):
        assert len(chapters.cards(about(hall))["rows"]) == chapters.MOST_CARDS


def test_a_house_without_supervision_has_an_empty_chapter(hall: Hall) -> None:
    with announced(without=["supervision.red", "supervision.yellow"]):
        assert chapters.cards(about(hall))["rows"] == []


def test_open_days_are_days_of_the_calendar(hall: Hall) -> None:
    """Received an hour before midnight is a day ago an hour after it."""
    accepted_case(hall, at=moment("2026-06-02 16:00"))
    (row,) = chapters.longest_open(about(hall, at=moment("2026-06-03 09:00")))["rows"]
    assert (row[3], row[4]) == (date(2026, 6, 2), 1)


def test_the_oldest_open_case_comes_first(hall: Hall) -> None:
    for day in (6, 4, 5):
        accepted_case(hall, at=moment(f"2026-05-{day:02d} 10:00"))
    rows = chapters.longest_open(about(hall))["rows"]
    assert [row[3].day for row in rows] == [4, 5, 6]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("2026-05-06", "date", "2026-05-06"),
        ("2026-05-06T01:15:00Z", "datetime", "2026-05-06 09:15"),
        ("2026-05-06", "text", "2026-05-06"),
        (None, "percent", "—"),
        ("—", "percent", "—"),
        (0.66666, "percent", "66.6%"),
        (1200, "number", "1,200"),
    ],
)
def test_a_frozen_chapter_reads_as_it_was(value: Any, kind: str, text: str) -> None:
    chapter = {"columns": [["列", kind]], "rows": [[value]]}
    ((cell,),) = chapters.typed(chapter)
    assert written(cell, kind) == text


def test_the_chapters_of_a_report_are_five_and_each_has_its_own_title(hall: Hall) -> None:
    titles = [write(about(hall))["title"] for write in chapters.CHAPTERS]
    assert titles == ["收件和办结", "各部门", "指标", "督查牌", "现在最久未结"]


def test_every_row_has_as_many_cells_as_the_head(hall: Hall) -> None:
    tally(hall, "2026-05-06", filed=1)
    accepted_case(hall, at=moment("2026-05-06 10:00"))
    for write in chapters.CHAPTERS:
        chapter = write(about(hall))
        assert {len(row) for row in chapter["rows"]} <= {len(chapter["columns"])}, chapter["title"]


def test_this_month_is_a_subject_like_any_other(hall: Hall) -> None:
    subject = chapters.subject(hall.center, holding(PeriodKind.MONTH, timezone.localdate(AT)), AT)
    assert (subject.part().period.code, subject.part().centers) == ("2026-06", frozenset({hall.center.pk}))
