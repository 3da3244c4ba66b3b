"""Filters written by a function say what the templates say, letter for letter but for white space."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from hall import filter_fields
from hall.forms import HallForm


class Every(HallForm):
    word = forms.CharField(label="编号<b>", max_length=60, required=False, help_text="按“姓名”查。")
    kind = forms.ChoiceField(label="种类", choices=[("", "全部"), ("a", "甲<i>"), ("b", "乙")], required=False)
    must = forms.ChoiceField(label="必选", choices=[("1", "一"), ("2", "二")], initial="2")
    many = forms.IntegerField(label="件数", required=False, min_value=1, max_value=9)
    since = forms.DateField(label="自", required=False)
    both = forms.MultipleChoiceField(label="多选", choices=[("x", "子"), ("y", "丑")], required=False)
    ticked = forms.BooleanField(label="只看超期", required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def evened(text: str) -> str:
    return re.sub(r">\s+", ">", re.sub(r"\s+<", "<", re.sub(r"\s+", " ", text))).strip()


def by_crispy(form: forms.Form) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"word": 'a"b<c>', "kind": "b", "must": "1", "many": "3", "since": "2026-05-18", "both": ["x", "y"]},
        {"word": "x" * 61, "kind": "zz", "must": "", "many": "viele", "since": "gestern", "ticked": "on"},
    ],
    ids=["fresh", "empty", "filled", "wrong"],
)
def test_a_filter_is_drawn_as_by_the_templates(data: dict[str, Any] | None) -> None:
    ours, theirs = evened(filter_fields.drawn(Every(data))), evened(by_crispy(Every(data)))
    assert ours.split("<") == theirs.split("<")


def test_what_was_typed_is_escaped() -> None:
    drawn = filter_fields.drawn(Every({"word": '"><script>'}))
    assert "<script>" not in drawn
    assert "&quot;&gt;&lt;script&gt;" in drawn


def test_a_value_that_is_offered_twice_is_chosen_once() -> None:
    class Twice(HallForm):
        kind = forms.ChoiceField(label="种类", choices=[("a", "甲"), ("a", "又甲")])

    assert filter_fields.drawn(Twice({"kind": "a"})).count(" selected") == 1
