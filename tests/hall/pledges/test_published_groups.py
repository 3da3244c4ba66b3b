"""Boards beside boards: what the one without the others leaves is nobody or enough people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from hall.facts import sources
from hall.facts.slices import Slice
from hall.organisation.enums import Level
from hall.organisation.models import Center, Window
from hall.pledges import published_groups
from tests.builders import Hall, make_center, make_region, make_window
from tests.hall.pledges.builders import MONTH, announced

pytestmark = pytest.mark.django_db
Row = tuple[Center, Window | None, int]


@dataclass(frozen=True)
class Filed(sources.QuerySource):
    """Cases filed as a test says, without cases."""

    rows_of: tuple[Row, ...] = field(default=())

    def count(self, part: Slice) -> int:
        return 20

    def cells(self, part: Slice, by: Any) -> dict[tuple[int | None, ...], int]:
        assert part.centers is not None
        return {
            (center.pk, window.pk if window else None): number
            for center, window, number in self.rows_of
            if center.pk in part.centers
        }


@contextmanager
def filed(*rows: Row) -> Iterator[None]:
    nothing: Any = None
    made = Filed("cases.filed", "", "", nothing, nothing, "", {}, rows_of=rows)
    with announced(made):  # type: ignore[arg-type]
        yield


def told(center: Center, window: Window | None = None) -> bool:
    return published_groups.stands(center, window, Slice(MONTH), small=10)


@pytest.mark.parametrize(("rest", "stands"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_window_is_silent_where_the_few_without_one_would_be_left(rest: int, stands: bool) -> None:
    hall = Hall()
    with filed((hall.center, hall.window, 20), (hall.center, None, rest)):
        assert told(hall.center, hall.window) is stands
        assert told(hall.center)


def test_of_two_windows_the_smaller_one_is_silent() -> None:
    hall = Hall()
    other = make_window(hall.center)
    with filed((hall.center, hall.window, 20), (hall.center, other, 15), (hall.center, None, 3)):
        assert (told(hall.center, hall.window), told(hall.center, other)) == (True, False)


@pytest.mark.parametrize(("rest", "stands"), [(0, True), (3, False), (10, True)])
def test_a_town_is_silent_where_the_few_of_the_county_would_be_left(rest: int, stands: bool) -> None:
    hall = Hall()
    region = make_region("130302101000", "某镇", Level.TOWN)
    town = make_center("某镇", center_no="0101", region=region, level=Level.TOWN, parent=hall.center)
    window = make_window(town)
    with filed((town, window, 20), (hall.center, None, rest)):
        assert told(town) is stands
        assert told(town, window) is stands, "a window of a silent center would tell its number"
        assert told(hall.center)


def test_where_nobody_counts_what_was_filed_there_is_nothing_to_take_away() -> None:
    hall = Hall()
    with announced(without=("cases.filed",)):
        assert told(hall.center)
        assert told(hall.center, hall.window)


def test_a_silent_board_says_why(client: Client) -> None:
    hall = Hall()
    with filed((hall.center, hall.window, 20), (hall.center, None, 3)):
        page = client.get(f"/pledges/windows/{hall.window.pk}/").content.decode()
    assert "和别的承诺牌一减就剩不足 10 件" in page
