"""What an address may ask: nonsense is left out, what lies outside of one's scope does not exist."""

from datetime import date
from typing import Any

import pytest

from hall.access.enums import Role
from hall.facts.sources import Option
from hall.organisation.enums import Level
from hall.pledges import asking, choices
from hall.pledges.asking import OutOfScope, Question
from tests.builders import Hall, make_center, make_department, make_region, make_staff, make_user, make_window
from tests.hall.pledges.builders import Told

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def ask(user: Any, **asked: Any) -> Question:
    return asking.read(user, {name: str(value) for name, value in asked.items()}, TODAY)


def below(hall: Hall) -> Any:
    region = make_region("130302101000", "某镇", Level.TOWN)
    return make_center("某镇便民服务中心", center_no="0101", region=region, level=Level.TOWN, parent=hall.center)


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
def test_watchers_ask_about_their_center_and_those_below(hall: Hall, role: str) -> None:
    town, other = below(hall), Hall()
    part = ask(getattr(hall, role)).part
    assert part.centers == {hall.center.pk, town.pk}
    assert other.center.pk not in part.centers
    assert part.department is None


@pytest.mark.parametrize("role", ["clerk", "approver", "chief"])
def test_people_of_a_department_ask_about_their_own(hall: Hall, role: str) -> None:
    below(hall)
    part = ask(getattr(hall, role)).part
    assert (part.centers, part.department) == ({hall.center.pk}, hall.department.pk)


def test_a_comprehensive_window_asks_about_its_center(hall: Hall) -> None:
    part = ask(make_user(Role.CLERK, make_staff(center=hall.center))).part
    assert (part.centers, part.department) == ({hall.center.pk}, None)


def test_nobody_of_no_center_asks_about_anything() -> None:
    user = make_user(Role.CLERK)
    user.staff = None
    assert ask(user).part.centers == frozenset()


@pytest.mark.parametrize("word", ["center", "department", "window", "staff"])
def test_a_place_of_another_center_does_not_exist(hall: Hall, word: str) -> None:
    other = Hall()
    places = {
        "center": other.center.pk, "department": other.department.pk, "window": other.window.pk,
        "staff": other.clerk.staff_id,
    }  # fmt: skip
    for user in (hall.clerk, hall.chief, hall.supervisor, hall.auditor):
        with pytest.raises(OutOfScope):
            ask(user, **{word: places[word]})


def test_another_department_of_the_same_center_does_not_exist_for_a_clerk(hall: Hall) -> None:
    neighbour = make_department(hall.center, "税务局")
    with pytest.raises(OutOfScope):
        ask(hall.clerk, department=neighbour.pk)
    assert ask(hall.supervisor, department=neighbour.pk).part.department == neighbour.pk
    assert ask(hall.clerk, department=hall.department.pk).part.department == hall.department.pk


def test_every_filter_goes_into_the_slice_and_back_into_the_address(hall: Hall) -> None:
    asked = {
        "period": "2026-Q3", "center": hall.center.pk, "below": "1", "department": hall.department.pk,
        "window": hall.window.pk, "staff": hall.clerk.staff_id, "item": "TEST1",
    }  # fmt: skip
    question = ask(hall.supervisor, **asked)
    part = question.part
    assert (part.department, part.window, part.staff, part.item) == (
        hall.department.pk, hall.window.pk, hall.clerk.staff_id, "TEST1",
    )  # fmt: skip
    assert question.query == {name: str(value) for name, value in asked.items()}
    assert ask(hall.supervisor, **question.query).part == part


def test_one_center_is_that_center_and_with_those_below_more(hall: Hall) -> None:
    town = below(hall)
    assert ask(hall.supervisor, center=hall.center.pk).part.centers == {hall.center.pk}
    assert ask(hall.supervisor, center=hall.center.pk, below=1).part.centers == {hall.center.pk, town.pk}
    assert ask(hall.supervisor, below=1).query == {"period": "2026-11"}


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 19, "１２", "\x00", "1 ", "0x1"])
def test_what_is_no_number_is_left_out(text: str) -> None:
    assert asking.number(text) is None


def test_a_key_that_fits_is_a_number() -> None:
    assert asking.number("9" * 18) == 10**18 - 1
    assert asking.number(None) is None


@pytest.mark.parametrize("text", ["2026-13", "abc", "2026-11-31", "9999-01", "2026-11..2026", "x" * 500, "\x00"])
def test_a_period_nobody_can_read_becomes_this_month_and_says_so(text: str) -> None:
    period, problem = asking.period(text, TODAY)
    assert period.code == "2026-11"
    assert "2026 年 11 月" in problem


def test_no_period_is_this_month_without_a_word() -> None:
    assert asking.period("", TODAY)[1] == ""
    assert asking.period("2025", TODAY)[0].code == "2025"


def test_an_item_is_cut_to_what_a_column_holds(hall: Hall) -> None:
    assert ask(hall.supervisor, item="A" * 200).item == "A" * 64
    assert ask(hall.supervisor, item="\x00").part.item is None


def test_options_of_a_source_are_taken_within_their_bounds(hall: Hall) -> None:
    source = Told("test.told", options=(Option("days", "天数", 5, least=1, most=30),))
    for text, expected in (("7", {"days": 7}), ("0", {}), ("31", {}), ("x", {})):
        question = asking.read(hall.supervisor, {"days": text}, TODAY, source=source)
        assert dict(question.part.options) == expected
    assert "days" not in asking.read(hall.supervisor, {"days": "7"}, TODAY).query


def test_the_filters_in_words(hall: Hall) -> None:
    question = ask(hall.supervisor, center=hall.center.pk, below=1, item="TEST1")
    assert question.words == ["2026 年 11 月", f"{hall.center.name}及下级", "事项 TEST1"]
    assert "period=2026&" in asking.over_the_year(question) + "&"


# --- what the filters offer ---------------------------------------------------------------------------------------


def test_a_clerk_is_offered_no_other_center_or_department(hall: Hall) -> None:
    make_department(hall.center, "税务局")
    offered = choices.of(hall.clerk, ask(hall.clerk), TODAY)
    assert (list(offered.centers), list(offered.departments)) == ([], [])
    assert [choice.value for choice in offered.windows] == [str(hall.window.pk)]


def test_a_supervisor_is_offered_centers_and_the_departments_of_one(hall: Hall) -> None:
    other = Hall()
    town = below(hall)
    offered = choices.of(hall.supervisor, ask(hall.supervisor, department=hall.department.pk), TODAY)
    assert {choice.value for choice in offered.centers} == {str(hall.center.pk), str(town.pk)}
    assert [(choice.value, choice.chosen) for choice in offered.departments] == [(str(hall.department.pk), True)]
    assert str(other.window.pk) not in {choice.value for choice in offered.windows}


def test_a_closed_window_is_not_offered(hall: Hall) -> None:
    make_window(hall.center, department=hall.department, closed_on=TODAY)
    assert len(choices.of(hall.supervisor, ask(hall.supervisor), TODAY).windows) == 1


def test_periods_offer_the_usual_lengths_and_the_one_that_is_open() -> None:
    chosen = asking.period("2026-W40", TODAY)[0]
    offered = choices.period_choices(chosen, TODAY)
    assert offered[0].value == "2026-W40"
    assert [choice.value for choice in offered if choice.chosen] == ["2026-W40"]
    assert {"2026-11", "2025-11", "2026-Q4", "2026-H2", "2026"} <= {choice.value for choice in offered}
    assert len({choice.value for choice in offered}) == len(offered)
