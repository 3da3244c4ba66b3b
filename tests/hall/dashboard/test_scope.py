"""Who sees what: role × own or foreign center × department, on every page and in every file."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.dashboard import lists, queries, tables
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.dashboard.measures import MEASURES
from hall.pledges import asking
from tests.builders import MONDAY, Hall, make_case, make_center, make_department, make_staff, make_user
from tests.hall.dashboard.builders import another_hall, log_in, rolled

pytestmark = pytest.mark.django_db
PERIOD = {"period": "2026-04"}
PAGES = {
    "home": reverse("dashboard:home"),
    **{kind: reverse("dashboard:split", args=[kind]) for kind in Split.values},
    "cases": reverse("dashboard:cases") + "?measure=filed",
}
FILES = {
    **{f"{kind}_file": reverse("dashboard:split_export", args=[kind]) for kind in Split.values},
    "cases_file": reverse("dashboard:cases_export") + "?measure=filed",
}
LOOKS = {Role.SUPERVISOR, Role.AUDITOR, Role.CHIEF}
TAKES = {Role.SUPERVISOR, Role.CHIEF}


class Town:
    """A city above two counties: one case in the city, two in each department of the first county, four elsewhere."""

    def __init__(self) -> None:
        self.city = make_center("上级政务服务中心", center_no="0001", level="city")
        self.hall = Hall(self._below("甲县政务服务中心"))
        self.other = another_hall(self.hall.center)
        self.foreign = Hall(self._below("乙县政务服务中心"))
        self.above = make_user(Role.SUPERVISOR, make_staff(center=self.city))
        self.top = Hall(self.city)
        for place, count in ((self.top, 1), (self.hall, 2), (self.other, 2), (self.foreign, 4)):
            for _ in range(count):
                make_case(place, at=MONDAY)
        rolled()

    def _below(self, name: str) -> Any:
        return make_center(name, parent=self.city)

    def user(self, role: str) -> User:
        return {user.role: user for user in self.hall.everybody()}[role]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """Built once for the file, and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Town()
        transaction.set_rollback(True)


@pytest.fixture
def town(built: Town) -> Town:
    return built


def filed(user: User, **words: str) -> int:
    """How many cases somebody reads of, from the tallies; the list must agree."""
    part = asking.read(user, PERIOD | words, timezone.localdate()).part
    found = lists.cases(user, part, MEASURES["filed"], timezone.now()).count()
    assert queries.totals(part)["filed"] == found
    return found


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR])
def test_who_may_look(town: Town, role: str, page: str) -> None:
    assert log_in(town.user(role)).get(PAGES[page]).status_code == (200 if role in LOOKS else 403)


@pytest.mark.parametrize("page", FILES)
@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR])
def test_who_may_take(town: Town, role: str, page: str) -> None:
    assert log_in(town.user(role)).get(FILES[page]).status_code == (200 if role in TAKES else 403)


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_a_stranger_is_sent_to_log_in(page: str) -> None:
    answer = Client().get((PAGES | FILES)[page])
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("page", [name for name in PAGES if name != "home"])
def test_pages_are_read_and_never_written(town: Town, page: str) -> None:
    assert log_in(town.hall.supervisor).post(PAGES[page]).status_code == 405


@pytest.mark.parametrize(("role", "count"), [(Role.CHIEF, 2), (Role.SUPERVISOR, 4), (Role.AUDITOR, 4)])
def test_what_is_counted_is_ones_own(town: Town, role: str, count: int) -> None:
    assert filed(town.user(role)) == count


def test_somebody_above_counts_everything_below(town: Town) -> None:
    assert filed(town.above) == 9


def test_somebody_above_may_ask_for_one_center_alone_or_with_those_below(town: Town) -> None:
    assert filed(town.above, center=str(town.city.pk)) == 1
    assert filed(town.above, center=str(town.city.pk), below="1") == 9
    assert filed(town.above, center=str(town.foreign.center.pk)) == 4


def test_somebody_above_may_ask_for_any_department_below(town: Town) -> None:
    assert filed(town.above, department=str(town.other.department.pk)) == 2


def test_a_department_of_one_center_asked_for_in_another_has_nothing(town: Town) -> None:
    assert filed(town.above, center=str(town.foreign.center.pk), department=str(town.hall.department.pk)) == 0


def test_an_account_of_no_person_that_watches_sees_everything(town: Town) -> None:
    town.hall.auditor.staff = None
    town.hall.auditor.save()
    assert filed(town.hall.auditor) == 9


PLACES = ("center", "department", "window")


@pytest.mark.parametrize("page", [*PAGES, *FILES])
@pytest.mark.parametrize("word", PLACES)
def test_a_place_of_a_foreign_center_is_no_page(town: Town, word: str, page: str) -> None:
    url = (PAGES | FILES)[page]
    place = getattr(town.foreign, word)
    for user in (town.hall.supervisor, town.hall.chief):
        assert log_in(user).get(f"{url}{'&' if '?' in url else '?'}{word}={place.pk}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_chief_asks_for_no_other_department_of_the_own_center(town: Town, page: str) -> None:
    url = PAGES[page]
    word = f"{'&' if '?' in url else '?'}department="
    browser = log_in(town.hall.chief)
    assert browser.get(f"{url}{word}{town.other.department.pk}").status_code == 404
    assert browser.get(f"{url}{word}{town.hall.department.pk}").status_code == 200


def test_a_chief_who_asks_for_a_window_of_another_department_reads_nothing(town: Town) -> None:
    assert filed(town.hall.chief, window=str(town.other.window.pk)) == 0
    assert filed(town.hall.supervisor, window=str(town.other.window.pk)) == 2


def test_a_chief_is_shown_one_line(town: Town) -> None:
    user = town.hall.chief
    question = asking.read(user, PERIOD, timezone.localdate())
    for split in (Split.CENTER, Split.DEPARTMENT, Split.WINDOW):
        (line,) = tables.lines(tables.read(split, question.part), Links(question))
        assert line.totals["filed"] == 2, split


@pytest.mark.parametrize("split", [Split.DEPARTMENT, Split.WINDOW, Split.ITEM])
def test_no_line_of_a_foreign_center_is_shown(town: Town, split: Split) -> None:
    question = asking.read(town.hall.supervisor, PERIOD, timezone.localdate())
    found = tables.lines(tables.read(split, question.part), Links(question))
    assert sum(line.totals["filed"] for line in found) == 4


def test_a_center_above_comes_first_and_each_below_with_all_of_its_own(town: Town) -> None:
    question = asking.read(town.above, PERIOD, timezone.localdate())
    found = tables.lines(tables.read(Split.CENTER, question.part), Links(question))
    assert [(line.place.name, line.totals["filed"]) for line in found] == [
        ("上级政务服务中心（本级）", 1), ("甲县政务服务中心", 4), ("乙县政务服务中心", 4),
    ]  # fmt: skip


def test_what_hangs_below_a_county_is_counted_with_the_county(town: Town) -> None:
    village = Hall(make_center("甲县第一村便民服务站", parent=town.hall.center))
    make_case(village, at=MONDAY)
    rolled()
    question = asking.read(town.above, PERIOD, timezone.localdate())
    found = {line.place.name: line for line in tables.lines(tables.read(Split.CENTER, question.part), Links(question))}
    assert found["甲县政务服务中心"].totals["filed"] == 5
    assert "/by/centers/" in found["甲县政务服务中心"].place.home
    assert "/by/centers/" not in found["乙县政务服务中心"].place.home


def test_a_department_that_filed_nothing_has_no_line(town: Town) -> None:
    idle = make_department(town.hall.center, "没有办件的局")
    page = log_in(town.hall.supervisor).get(PAGES["departments"], PERIOD).content.decode()
    assert idle.name not in page
