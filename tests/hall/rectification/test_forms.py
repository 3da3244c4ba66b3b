"""What the forms of the second half ask and refuse."""

from typing import Any

import pytest

from hall.facts.errors import Refused
from hall.rectification import forms
from hall.rectification.deeds import DEEDS
from tests.builders import Hall, make_center, make_department, moment

NOW = moment("2026-05-13 09:00")
FIELDS = {
    "contact": {"note"},
    "attempt": {"note"},
    "rectify": {"measure"},
    "explain": {"measure"},
    "revisit": {"outcome", "note"},
    "close": {"answer"},
    "appeal": {"kind", "reason", "evidence"},
    "decide": {"uphold", "reason"},
}


@pytest.mark.parametrize(("name", "fields"), FIELDS.items())
def test_every_deed_asks_for_these_and_wants_them_all(name: str, fields: set[str]) -> None:
    form = DEEDS[name].form({})
    assert set(form.fields) == fields == set(form.errors)


@pytest.mark.parametrize("name", FIELDS)
def test_no_choice_is_made_for_anybody(name: str) -> None:
    form = DEEDS[name].form()
    assert not [bound.name for bound in form if bound.initial]


@pytest.mark.parametrize("name", FIELDS)
def test_too_long_or_unprintable_is_refused_at_its_field(name: str) -> None:
    for text in ("长" * 2_001, "a\x00b"):
        form = DEEDS[name].form(dict.fromkeys(FIELDS[name], text))
        assert set(form.errors) == FIELDS[name]


def test_every_deed_says_what_follows_and_on_what_ground() -> None:
    assert all(deed.follows and deed.ground and deed.label for deed in DEEDS.values())


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    form = forms.CloseForm({"answer": "已经答复。"})
    form.refuse(Refused("这里不要写手机号。", field="answer"))
    form.refuse(Refused("请刷新页面。", field="elsewhere"))
    assert form.errors["answer"] == ["这里不要写手机号。"]
    assert form.non_field_errors() == ["请刷新页面。"]


@pytest.mark.parametrize(("chosen", "meant"), [("yes", True), ("no", False)])
def test_a_decision_is_yes_or_no(chosen: str, meant: bool) -> None:
    form = forms.DecideForm({"uphold": chosen, "reason": "录像可证"})
    assert form.is_valid()
    assert form.cleaned_data["uphold"] is meant


def shown(user: Any, query: dict[str, str]) -> forms.PeriodForm:
    return forms.PeriodForm(query, user=user, at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "code"),
    [("", "2026-05"), ("2026-04", "2026-04"), ("2026-Q1", "2026-Q1"), ("2026", "2026"), ("soon", "2026-05")],
)
def test_without_a_period_it_is_this_month(text: str, code: str) -> None:
    assert shown(Hall().supervisor, {"period": text}).period_shown.code == code


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["2026-04-13", "2026-W16", "2026-04-01..2026-04-13"])
def test_only_those_who_watch_ask_for_less_than_a_month(text: str) -> None:
    hall = Hall()
    refused = {u.role for u in (hall.clerk, hall.chief, hall.supervisor) if shown(u, {"period": text}).errors}
    assert refused == {"clerk", "chief"}


@pytest.mark.django_db
def test_places_are_those_one_may_see_and_departments_those_of_the_center() -> None:
    hall, stranger = Hall(), make_center()
    elsewhere = make_department(stranger, "税务局")
    query = {"center": str(hall.center.pk), "department": str(hall.department.pk)}
    assert shown(hall.supervisor, query).place == {"center": hall.center, "department": hall.department}
    assert shown(hall.supervisor, {"center": str(stranger.pk)}).place == {}
    assert shown(hall.supervisor, {**query, "department": str(elsewhere.pk)}).place == {"center": hall.center}
    assert shown(hall.chief, query).place == {}


@pytest.mark.django_db
@pytest.mark.parametrize("center", ["x", "9" * 40, "²", "-1", "\x00"])
def test_a_center_that_is_none_is_ignored(center: str) -> None:
    assert shown(Hall().supervisor, {"center": center}).place == {}
