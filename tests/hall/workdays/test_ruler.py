"""The ruler laid out: what a cell looks like, how weeks stand, what folds."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.workdays.ruler import Cell, Fold, by_week, cells_of, fold_weeks, fold_wide, legend_of
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit, Span, end_of_term, united

CALENDAR = shipped_calendar()
MONDAY = date(2026, 4, 13)


def cells(
    count: int, unit: str = "workday", *spans: Span, start: date = MONDAY, today: date = MONDAY
) -> tuple[Cell, ...]:
    term = end_of_term(start, Limit(count, unit), spans, CALENDAR)
    return tuple(cells_of(term, unit, united(spans, start), CALENDAR, start="受理", today=today))


def look(kind: str = "counted", *, number: str = "3", name: str = "", **flags: bool) -> Cell:
    marks = {"made_up": False, "used": False, "today": False, "due": False, **flags}
    return Cell(date=MONDAY, number=number, kind=kind, name=name, label="", **marks)


@pytest.mark.parametrize(
    ("cell", "css"),
    [
        (look(), ""),
        (look(used=True), "used"),
        (look("off"), "off"),
        (look("off", name="劳动节"), "off"),
        (look("paused"), "paused"),
        (look("rolled"), "rolled"),
        (look("start"), ""),
        (look(due=True), "due"),
        (look(due=True, used=True), "due"),
        (look("rolled", due=True), "due"),
        (look(made_up=True), "made-up"),
        (look(made_up=True, used=True), "used made-up"),
        (look("paused", made_up=True), "paused made-up"),
        (look(today=True), "today"),
        (look(today=True, used=True), "used today"),
        (look("off", today=True), "off today"),
        (look(today=True, due=True), "due today"),
        (look(made_up=True, today=True, due=True), "due made-up today"),
    ],
)
def test_what_a_day_looks_like(cell, css):
    assert cell.css == css


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        (look(), True),
        (look("off"), True),
        (look("off", name="劳动节"), False),
        (look("paused"), False),
        (look("rolled"), False),
        (look("start"), False),
        (look(made_up=True), False),
        (look(today=True), False),
        (look(due=True), False),
    ],
)
def test_only_what_need_not_be_seen_is_plain(cell, plain):
    assert cell.plain is plain


@pytest.mark.parametrize(
    ("start", "count", "unit", "numbers"),
    [
        ("2026-04-13", 5, "workday", "受理 1 2 3 4 休 休 5"),
        ("2026-04-17", 2, "workday", "受理 休 休 1 2"),
        ("2026-05-08", 2, "workday", "受理 1 休 2"),  # over the make-up Saturday
        ("2026-04-13", 6, "day", "受理 1 2 3 4 5 6 到期"),  # ends on Sunday and rolls to Monday
        ("2026-04-18", 1, "day", "受理 1 到期"),  # Saturday; Sunday is the last day and rolls
        ("2026-04-13", 0, "workday", "受理"),
    ],
)
def test_the_numbers_in_the_cells(start, count, unit, numbers):
    assert " ".join(cell.number for cell in cells(count, unit, start=date.fromisoformat(start))) == numbers


def test_a_pause_takes_no_number():
    shown = cells(5, "workday", Span(date(2026, 4, 14), date(2026, 4, 16)))
    assert " ".join(cell.number for cell in shown) == "受理 1 停 停 2 休 休 3 4 5"


def test_a_weekend_inside_a_pause_stays_a_weekend_in_working_days():
    shown = cells(4, "workday", Span(date(2026, 4, 16), date(2026, 4, 20)))
    assert " ".join(cell.number for cell in shown) == "受理 1 2 3 停 休 休 停 4"


def test_a_weekend_inside_a_pause_is_paused_in_calendar_days():
    shown = cells(10, "day", Span(date(2026, 4, 16), date(2026, 4, 20)))
    assert [cell.number for cell in shown if date(2026, 4, 17) <= cell.date <= date(2026, 4, 20)] == ["停"] * 4


def test_days_gone_by_are_used_and_those_to_come_are_not():
    shown = cells(5, today=date(2026, 4, 15))
    assert [cell.used for cell in shown if cell.kind == "counted"] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("day", "label"),
    [
        ("2026-04-13", "4月13日 周一 当日不计"),
        ("2026-04-14", "4月14日 周二 第 1 日"),
        ("2026-04-18", "4月18日 周六 周末，不计"),
        ("2026-05-01", "5月1日 周五 劳动节放假，不计"),
        ("2026-05-09", "5月9日 周六 调休上班，第 17 日"),
    ],
)
def test_what_a_cell_is_called(day, label):
    assert next(cell.label for cell in cells(20) if cell.date == date.fromisoformat(day)) == label


@pytest.mark.parametrize(("start", "lengths"), [("2026-04-13", [7, 1]), ("2026-04-16", [4, 4]), ("2026-04-19", [1, 5])])
def test_weeks_run_from_monday_to_sunday(start, lengths):
    assert [len(week) for week in by_week(cells(5, start=date.fromisoformat(start)))] == lengths


def test_a_short_clock_folds_nothing():
    shown = cells(20)
    assert fold_wide(shown) == shown
    assert all(week.fold is None for week in fold_weeks(shown))


def test_a_fold_says_what_it_stands_for():
    fold = next(part for part in fold_wide(cells(200)) if isinstance(part, Fold))
    assert (fold.weeks, fold.numbers, fold.css) == (5, "18—42", "fold")


def test_used_and_unused_weeks_are_folded_apart():
    """Today stands in a week of its own between them."""
    today = date(2026, 7, 15)
    folds = [part for part in fold_wide(cells(200, today=today)) if isinstance(part, Fold)]
    assert [fold.css for fold in folds if fold.last < today] == ["fold used"] * sum(f.last < today for f in folds)
    assert all(fold.css == "fold" for fold in folds if fold.first > today)


@pytest.mark.parametrize("day", ["2026-06-19", "2026-09-20", "2026-10-01"])
def test_a_week_with_something_in_it_is_never_folded(day):
    shown = date.fromisoformat(day)
    assert shown in [part.date for part in fold_wide(cells(200)) if isinstance(part, Cell)]


@given(st.integers(30, 300), st.dates(date(2015, 1, 1), date(2026, 3, 1)), st.integers(0, 400))
@settings(max_examples=60)
def test_folds_hold_only_whole_plain_weeks(count, start, later):
    shown = cells(count, start=start, today=start + timedelta(days=later))
    for fold in (part for part in fold_wide(shown) if isinstance(part, Fold)):
        inside = [cell for cell in shown if fold.first <= cell.date <= fold.last]
        assert all(cell.plain for cell in inside)
        assert (inside[0].weekday, inside[-1].weekday, len(inside)) == (1, 7, 7 * fold.weeks)
        assert fold.weeks >= 2


def test_the_legend_follows_what_is_shown():
    shown = cells(20, "workday", Span(date(2026, 4, 17), date(2026, 4, 22)), today=date(2026, 4, 20))
    assert legend_of(shown, "检验") == (
        ("used", "已用"),
        ("", "未到"),
        ("off", "周末与节假日不计"),
        ("paused", "检验停表"),
        ("made-up", "调休上班日照计"),
        ("today", "今天"),
        ("due", "到期日"),
    )
