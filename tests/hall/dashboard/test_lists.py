"""The lists behind numbers: order, lamps, days left, pages, and what leaves the house typed."""

import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from approvals.cases.models import Case
from hall.dashboard import handlers, lists
from hall.dashboard.measures import MEASURES, STANDINGS
from hall.dashboard.spread import Spread
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.ledger.models import Event
from tests.builders import accepted_case
from tests.hall.dashboard.builders import log_in, rolled
from tests.hall.dashboard.season import SPRING, Season

pytestmark = pytest.mark.django_db
CASES, FILE = reverse("dashboard:cases"), reverse("dashboard:cases_export")


def part_of(season: Season) -> Slice:
    return Slice(parse(SPRING["period"]), centers=frozenset({season.hall.center.pk}))


def found(season: Season, code: str) -> list[Any]:
    counted = lists.measure_of(code)
    assert counted
    return list(lists.for_rows(lists.cases(season.hall.supervisor, part_of(season), counted, timezone.now())))


def page_of(season: Season, code: str, **words: str) -> str:
    return log_in(season.hall.supervisor).get(CASES, SPRING | {"measure": code} | words).content.decode()


def file_of(season: Season, url: str) -> Any:
    answer = log_in(season.hall.supervisor).post(url, {"purpose": "月度分析", "form": "xlsx"})
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", ["filed", "accepted", "decided", "closed"])
def test_what_happened_last_comes_first(season: Season, code: str) -> None:
    moments = [getattr(case, MEASURES[code].moment) for case in found(season, code)]
    assert moments == sorted(moments, reverse=True)


def test_what_is_open_comes_by_how_long_it_waits(season: Season) -> None:
    waits = [case.received_at for case in found(season, "open")]
    assert len(waits) == 3
    assert waits == sorted(waits)


def test_open_cases_are_open_whatever_the_period(season: Season) -> None:
    assert season.names(found(season, "open")) == {"online", "waiting", "unaccepted"}
    assert "共 3 件" in page_of(season, "open", period="2020-01")


@pytest.mark.parametrize(("code", "names"), [("open_late", {"online", "waiting"}), ("due_soon", set())])
def test_a_lamp_lists_those_under_it(season: Season, code: str, names: set[str]) -> None:
    assert names <= season.names(found(season, code))


def test_every_open_case_is_under_one_lamp_or_none(season: Season) -> None:
    single = [code for code, standing in STANDINGS.items() if len(standing.lamps) == 1]
    lit = [case.pk for code in single for case in found(season, code)]
    assert len(lit) == len(set(lit)) <= 3


@pytest.mark.parametrize(
    ("name", "spare", "net"),
    [
        ("early", "提前 2", 1),
        ("last_day", "当天", 3),
        ("late", "超 1", 4),
        ("paused", "当天", 3),
        ("unlimited", "—", None),
    ],
)
def test_a_row_says_how_many_days_were_left(season: Season, name: str, spare: str, net: int | None) -> None:
    at = timezone.now()
    rows = {row.case.docket: row for row in lists.rows(found(season, "closed"), at)}
    row = rows[season.cases[name].docket]
    assert (row.spare, row.case.decision_net) == (spare, net)


def test_a_closed_case_shows_no_lamp(season: Season) -> None:
    assert {row.lamp for row in lists.rows(found(season, "closed"), timezone.now())} == {None}


def test_no_applicant_is_on_a_list_or_in_its_file(season: Season) -> None:
    assert "张小明" not in page_of(season, "filed")
    sheet = file_of(season, f"{FILE}?measure=filed&period={SPRING['period']}")
    assert "张小明" not in str(list(sheet.values))


def test_a_list_comes_in_pages_of_fifty_that_keep_the_filters(season: Season) -> None:
    Case.objects.bulk_create(
        Case(docket=f"1303029999202604130000{n:02d}", version_filed=season.promised, center=season.hall.center,
             department=season.hall.department, handler=season.hall.clerk.staff, first_handler=season.hall.clerk.staff,
             state="received", case_kind="promise", channel="window", received_at=season.cases["early"].received_at)
        for n in range(40)
    )  # fmt: skip
    page = page_of(season, "filed")
    assert "共 56 件" in page
    assert page.count("data-open") == 50
    assert page_of(season, "filed", page="2").count("data-open") == 6
    assert re.search(r'href="\?[^"]*period=2026-04-01[^"]*page=2', page)


@pytest.fixture
def sheet(season: Season) -> Any:
    return file_of(season, f"{FILE}?measure=closed&period={SPRING['period']}")


def test_the_file_has_a_row_for_every_case_and_says_what_it_counts(season: Season, sheet: Any) -> None:
    values = list(sheet.values)
    head = next(n for n, row in enumerate(values) if row[0] == "办件编号")
    assert {row[0] for row in values[head + 1 :]} == {case.docket for case in found(season, "closed")}
    notes = [row[0] for row in values[:head]]
    assert f"定义：{MEASURES['closed'].definition}" in notes
    assert any(note.startswith("截至：") for note in notes)
    assert "用途：月度分析" in notes[0]


def test_the_cells_of_the_file_are_typed(season: Season, sheet: Any) -> None:
    dockets = {case.docket: name for name, case in season.cases.items()}
    (row,) = [cells for cells in sheet.iter_rows() if dockets.get(cells[0].value) == "late"]
    assert [cell.data_type for cell in row] == ["s"] * 7 + ["d"] * 5 + ["n"] * 3
    assert [cell.value for cell in row[12:]] == [4, 4, -1]
    assert row[7].value == datetime(2026, 4, 13, 10)  # noqa: DTZ001 - a sheet knows no zone


def test_the_trail_says_what_was_asked_of_the_list(season: Season, sheet: Any) -> None:
    data = Event.objects.filter(kind="exports.taken").order_by("-pk")[0].data
    assert (data["title"], data["rows"], data["reason"]) == ("办结", 12, "月度分析")
    assert data["filters"] == {"期间": parse(SPRING["period"]).label}


@pytest.mark.parametrize("kind", ["centers", "departments", "windows", "items"])
def test_the_file_of_a_table_says_what_its_page_says(season: Season, kind: str) -> None:
    url = f"{reverse('dashboard:split_export', args=[kind])}?period={SPRING['period']}"
    rows = [row for row in file_of(season, url).iter_rows() if row[2].data_type == "n" and row[2].value is not None]
    assert sum(row[2].value for row in rows) == 16
    shown = log_in(season.hall.supervisor).get(reverse("dashboard:split", args=[kind]), SPRING)
    assert [row[0].value for row in rows] == [line.place.name for line in shown.context["lines"]]
    assert {row[6].number_format for row in rows if row[6].value is not None} == {"0.0%"}


def test_a_rate_in_a_file_is_cut_off_as_on_the_page(season: Season) -> None:
    url = f"{reverse('dashboard:split_export', args=['centers'])}?period={SPRING['period']}"
    rates = [row[6].value for row in file_of(season, url).iter_rows() if row[6].data_type == "n"]
    assert rates[-1:] == [0.777]
    assert "77.7%" in log_in(season.hall.supervisor).get(reverse("dashboard:home"), SPRING).content.decode()


@pytest.mark.parametrize("code", ["filed", "closed", "open", "open_late", "normal"])
def test_a_list_costs_the_same_for_one_row_and_for_three(season: Season, code: str) -> None:
    client, counts = log_in(season.hall.supervisor), []
    for more in (1, 2):
        for _ in range(more):
            accepted_case(season.hall, season.promised, at=timezone.now() - timedelta(minutes=9))
        rolled()
        client.get(CASES, {"measure": code, "period": "2026"})
        with CaptureQueriesContext(connection) as seen:
            client.get(CASES, {"measure": code, "period": "2026"})
        counts.append(len(seen))
    assert counts[0] == counts[1]


# --- people of one item -----------------------------------------------------------------------------------------------


def handler(name: str, *days: int) -> handlers.Handler:
    return handlers.Handler(1, name, name, len(days), Spread({day: days.count(day) for day in days}))


def test_people_with_few_cases_are_not_compared() -> None:
    rows = [(1, "1", "甲", n) for n in range(4)] + [(2, "2", "乙", n) for n in range(5)]
    assert [one.name for one in handlers._spreads(rows)] == ["乙"]


def test_the_quickest_comes_first_and_equals_by_number() -> None:
    rows = [(int(no), no, name, days) for no, name, days in (("3", "丙", 1), ("2", "乙", 4), ("1", "甲", 4)) * 5]
    assert [one.name for one in handlers._spreads(rows)] == ["丙", "甲", "乙"]


def test_a_case_whose_days_nobody_knows_is_counted_and_not_measured() -> None:
    (one,) = handlers._spreads([(1, "1", "甲", 2)] * 5 + [(1, "1", "甲", None)])
    assert (one.timed, one.spread.n) == (6, 5)


@pytest.mark.parametrize(
    ("people", "days"),
    [([], None), ([handler("甲", 3)], None), ([handler("甲", 3), handler("乙", 9)], 6),
     ([handler("甲", 1, 1, 9), handler("乙", 2, 2), handler("丙", 0)], 2)],
)  # fmt: skip
def test_how_far_people_lie_apart_is_by_their_medians(people: list[handlers.Handler], days: int | None) -> None:
    assert handlers.apart(people) == days


def test_an_item_page_without_enough_people_says_so(season: Season) -> None:
    asked = SPRING | {"item": season.promised.item.code}
    page = log_in(season.hall.supervisor).get(reverse("dashboard:item"), asked).content.decode()
    assert "办结满 5 件的经办不足两人，不比较" in page
    assert season.promised.item.name in page
