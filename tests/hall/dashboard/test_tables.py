"""Lines of tables, made of tallies put there by hand: names, order, sums, levels, dashes."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hall.dashboard import tables
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.dashboard.models import CaseTally
from hall.dashboard.tables import COLUMNS, Line, Place
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.organisation.models import Center
from hall.pledges.asking import Question
from tests.builders import Hall, make_center, make_department, make_item_version, make_window

MAY = parse("2026-05")
LINKS = Links(Question(Slice(MAY)))
COUNTS = st.integers(0, 10**6)


def line(place: Place | None = None, lamps: dict[str, int] | None = None, **totals: int) -> Line:
    return Line(place or Place("甲局", "/x/"), Counter(totals), Counter(lamps or {}), LINKS)


def test_cells_stand_under_their_columns() -> None:
    lamps = {"over_statute": 1, "over_promise": 2, "due_soon": 4, "normal": 8}
    cells = line(lamps=lamps, filed=9, closed=8, timed=6, on_time=4, early=3).cells
    assert dict(zip([column.key for column in COLUMNS], cells, strict=True)) == {
        "name": "甲局", "place": "", "filed": 9, "closed": 8, "timed": 6, "on_time": 4, "on_time_rate": 4 / 6,
        "early": 3, "early_rate": 0.5, "open": 15, "open_late": 3, "due_soon": 4,
    }  # fmt: skip


def test_without_a_denominator_a_line_has_no_rate() -> None:
    empty = line(filed=3, closed=2)
    assert (empty.on_time.text, empty.early.text) == ("—", "—")
    assert (empty.cells[6], empty.cells[8]) == (None, None)


def test_a_line_without_a_place_of_its_own_leads_nowhere() -> None:
    assert line().urls == {}


@pytest.mark.parametrize("code", ["filed", "closed", "on_time", "early", "open", "open_late", "due_soon"])
def test_every_number_of_a_line_leads_to_its_own_list(code: str) -> None:
    url = line(Place("甲局", "/x/", narrow=(("department", "7"),))).urls[code]
    assert url == f"/dashboard/cases/?period=2026-05&measure={code}&department=7"


@given(st.lists(COUNTS, max_size=9))
def test_the_longest_bar_is_the_most_closings_and_never_nought(closed: list[int]) -> None:
    longest = tables.most(line(closed=n) for n in closed)
    assert longest == max([*closed, 1]) if not closed or max(closed) == 0 else longest == max(closed)


def slice_of(*centers: Center, period: str = "2026-05") -> Slice:
    return Slice(parse(period), centers=frozenset(center.pk for center in centers))


def tally(grain: str, hall: Hall, **facts: Any) -> None:
    key = {"span": "month", "day": "2026-05-01", "center": hall.center}
    CaseTally.objects.create(grain=grain, **(key | facts))


def shown(split: Split, part: Slice) -> list[tuple[str, int]]:
    found = tables.lines(tables.read(split, part), LINKS)
    return [(one.place.name, one.totals["closed"]) for one in found]


@pytest.mark.django_db
class TestRead:
    """Tables of one hall."""

    def test_the_most_closings_come_first_then_filings_then_names(self) -> None:
        hall = Hall()
        for name, closed, filed in (("乙局", 1, 1), ("甲局", 1, 1), ("丙局", 1, 9), ("丁局", 5, 0)):
            place = make_department(hall.center, name)
            tally("department", hall, department=place, closed=closed, filed=filed)
        names = [name for name, _ in shown(Split.DEPARTMENT, slice_of(hall.center))]
        assert names == ["丁局", "丙局", *sorted(("乙局", "甲局"))]

    def test_the_sum_is_that_of_the_lines(self) -> None:
        hall = Hall()
        for n in range(1, 5):
            tally("department", hall, department=make_department(hall.center, f"第{n}局"), closed=n, timed=n)
        read = tables.read(Split.DEPARTMENT, slice_of(hall.center))
        assert (read.sums[0]["closed"], read.sums[0]["timed"]) == (10, 10)

    def test_a_window_is_named_and_what_went_past_all_of_them_too(self) -> None:
        hall = Hall()
        window = make_window(hall.center, department=hall.department)
        tally("window", hall, department=hall.department, window=window, closed=2)
        tally("window", hall, department=hall.department, closed=1)
        assert shown(Split.WINDOW, slice_of(hall.center)) == [(str(window), 2), ("不经窗口", 1)]

    def test_an_item_of_several_departments_is_one_line(self) -> None:
        hall = Hall()
        item = make_item_version(hall.department).item
        other = make_department(hall.center, "第二局")
        for department in (hall.department, other):
            tally("item", hall, department=department, item=item.code, closed=2)
        assert shown(Split.ITEM, slice_of(hall.center)) == [(item.name, 4)]

    def test_an_item_no_catalogue_knows_has_no_line(self) -> None:
        hall = Hall()
        tally("item", hall, department=hall.department, item="GONE", closed=2)
        assert shown(Split.ITEM, slice_of(hall.center)) == []

    def test_the_center_of_a_line_is_said_where_there_are_several(self) -> None:
        first, second = Hall(), Hall(make_center("邻区中心"))
        for hall in (first, second):
            tally("department", hall, department=hall.department, closed=1)
        both = tables.lines(tables.read(Split.DEPARTMENT, slice_of(first.center, second.center)), LINKS)
        assert {one.place.under for one in both} == {first.center.name, second.center.name}
        (one,) = tables.lines(tables.read(Split.DEPARTMENT, slice_of(first.center)), LINKS)
        assert one.place.under == ""

    def test_four_levels_add_up_at_the_level_below_the_top(self) -> None:
        city = Hall()
        county = Hall(make_center("县中心", parent=city.center))
        town = Hall(make_center("镇中心", parent=county.center))
        village = Hall(make_center("村站", parent=town.center))
        for hall, closed in ((city, 1), (county, 10), (town, 100), (village, 1000)):
            tally("center", hall, closed=closed)
        every = [hall.center for hall in (city, county, town, village)]
        assert shown(Split.CENTER, slice_of(*every)) == [(f"{city.center.name}（本级）", 1), ("县中心", 1110)]
        assert shown(Split.CENTER, slice_of(*every[1:])) == [("县中心（本级）", 10), ("镇中心", 1100)]
        assert shown(Split.CENTER, slice_of(village.center)) == [("村站", 1000)]

    def test_centers_with_nobody_above_stand_side_by_side(self) -> None:
        first, second = Hall(), Hall(make_center("邻区中心"))
        tally("center", second, closed=3)
        found = shown(Split.CENTER, slice_of(first.center, second.center))
        assert sorted(found) == sorted([(first.center.name, 0), ("邻区中心", 3)])

    @pytest.mark.parametrize("split", Split)
    def test_a_table_costs_the_same_for_one_line_and_for_three(self, split: Split) -> None:
        hall, spent = Hall(), []
        part = slice_of(hall.center)
        for more in (1, 2):
            for n in range(more):
                item = make_item_version(hall.department).item.code
                place = make_department(hall.center, f"第 {more}{n} 局")
                window = make_window(hall.center, department=place)
                for grain, facts in (("department", {}), ("window", {"window": window}), ("item", {"item": item})):
                    tally(grain, hall, department=place, closed=1, **facts)
            with CaptureQueriesContext(connection) as seen:
                tables.lines(tables.read(split, part), LINKS)
            spent.append(len(seen))
        assert spent[0] == spent[1] <= 4

    def test_nothing_at_all_has_no_line(self) -> None:
        hall = Hall()
        assert shown(Split.DEPARTMENT, slice_of(hall.center)) == []
        assert shown(Split.WINDOW, Slice(MAY)) == []
