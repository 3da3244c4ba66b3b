"""Finding places: down the levels, up again, and by words."""

import pytest

from hall.organisation import actions, queries
from hall.organisation.models import Center, Region, Window
from hall.organisation.tables import Row, Table
from tests.builders import make_department, make_staff, make_window

pytestmark = pytest.mark.django_db
HEADER = ("code", "code12", "name", "level", "parent")
PLACES = [
    ("1303", "130300000000", "秦皇岛市", "city", ""),
    ("130302", "130302000000", "海港区", "county", "1303"),
    ("130303", "130303000000", "山海关区", "county", "1303"),
    ("130302001", "130302001000", "文化路街道", "township", "130302"),
    ("130302001002", "130302001002", "河涧里社区居委会", "village", "130302001"),
]


@pytest.fixture(autouse=True)
def network() -> None:
    rows = [Row(line, dict(zip(HEADER, place, strict=True))) for line, place in enumerate(PLACES, 2)]
    actions.import_regions(Table(HEADER, rows), by=None)


def center(code12: str) -> Center:
    return Center.objects.get(region_id=code12)


def codes(rows: object) -> list[str]:
    return [row.region_id for row in rows]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("top", "reached"),
    [
        ("130300000000", 5),
        ("130302000000", 3),
        ("130302001000", 2),
        ("130302001002", 1),
        ("130303000000", 1),
    ],
)
def test_a_subtree_reaches_down_all_levels_and_nowhere_else(top: str, reached: int) -> None:
    found = codes(queries.subtree(center(top).pk))
    assert (len(found), top in found) == (reached, True)


def test_without_a_region_one_begins_at_the_top() -> None:
    assert codes(queries.find_centers(q="", region=None)) == ["130300000000"]


def test_a_region_shows_itself_and_one_level_below() -> None:
    county = Region.objects.get(pk="130302000000")
    assert codes(queries.find_centers(q="", region=county)) == ["130302000000", "130302001000"]


@pytest.mark.parametrize("q", ["河涧里", "hejianli", "hjl", "HJLSQ", "he jian li"])
def test_a_village_room_is_found_from_anywhere(q: str) -> None:
    assert codes(queries.find_centers(q=q, region=None)) == ["130302001002"]


def test_words_search_the_whole_network_whatever_region_is_open() -> None:
    county = Region.objects.get(pk="130303000000")
    assert codes(queries.find_centers(q="文化路", region=county)) == ["130302001000"]


def test_the_way_up_begins_at_the_top() -> None:
    town = Region.objects.get(pk="130302001000")
    assert [region.name for region in queries.ancestors(town)] == ["秦皇岛市", "海港区", "文化路街道"]


def test_there_is_no_way_up_from_nowhere() -> None:
    assert queries.ancestors(None) == []


def test_villages_are_listed_as_centers_not_as_ways_down() -> None:
    town = Region.objects.get(pk="130302001000")
    assert not queries.regions_below(town).exists()
    assert "130302001002" in codes(queries.find_centers(q="", region=town))


@pytest.mark.parametrize(("code", "known"), [("130302000000", True), ("130302", False), ("x" * 12, False), ("", False)])
def test_a_region_is_named_by_its_whole_code(code: str, known: bool) -> None:
    assert (queries.region_named(code) is not None) is known


def test_departments_come_with_chiefs_and_windows_in_two_queries(django_assert_num_queries: object) -> None:
    home = center("130302000000")
    for name in ("公安局", "民政局"):
        department = make_department(home, name)
        make_window(home, department=department)
        department.chief_representative = make_staff(department)
        department.save()
    with django_assert_num_queries(2):  # type: ignore[operator]
        rows = list(queries.departments_with_chiefs(home))
        assert all(str(row.chief_representative) and row.windows.all()[0].number for row in rows)


def test_the_code_of_a_center_heads_its_docket_numbers() -> None:
    assert center("130302001000").code == "1303020002"


def test_windows_stand_in_the_order_people_count_in() -> None:
    place = make_department().center
    for number in ("10", "2", "1", "A1"):
        Window.objects.create(center=place, number=number, name="综合窗口")
    assert [one.number for one in Window.objects.filter(center=place)] == ["1", "2", "10", "A1"]
