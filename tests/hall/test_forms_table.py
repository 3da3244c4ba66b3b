"""What each kind of field says, word for word, and what it tells the browser: the sentences of hall.forms as tables."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.validators import RegexValidator

from hall.forms import HallForm, HallModelForm, dress, error_links, formset_error_links, helper
from hall.organisation.models import Department, Window


def said(field: forms.Field, value: object) -> list[str]:
    """The errors of a form of one field called 期限."""
    field.label = field.label or "期限"
    made = type("One", (HallForm,), {"one": field})
    return list(made({"one": value}).errors.get("one", []))


REQUIRED: list[tuple[type[forms.Field], dict[str, Any], str]] = [
    (forms.CharField, {}, "请填写期限。"),
    (forms.IntegerField, {}, "请填写期限。"),
    (forms.DecimalField, {}, "请填写期限。"),
    (forms.DateField, {}, "请填写期限。"),
    (forms.DateTimeField, {}, "请填写期限。"),
    (forms.TimeField, {}, "请填写期限。"),
    (forms.EmailField, {}, "请填写期限。"),
    (forms.URLField, {"assume_scheme": "https"}, "请填写期限。"),
    (forms.ChoiceField, {"choices": [("a", "甲")]}, "请选择期限。"),
    (forms.MultipleChoiceField, {"choices": [("a", "甲")]}, "请选择期限。"),
    (forms.TypedChoiceField, {"choices": [("a", "甲")]}, "请选择期限。"),
    (forms.FileField, {}, "请选择期限。"),
    (forms.BooleanField, {}, "请勾选“期限”。"),
]


@pytest.mark.parametrize(("kind", "facts", "sentence"), REQUIRED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_missing_is_asked_for_in_its_own_verb(
    kind: type[forms.Field], facts: dict[str, Any], sentence: str
) -> None:
    assert said(kind(**facts), "") == [sentence]


@pytest.mark.parametrize(("kind", "facts", "_"), REQUIRED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_need_not_be_said_is_not_asked_for(kind: type[forms.Field], facts: dict[str, Any], _: str) -> None:
    assert said(kind(required=False, **facts), "") == []


WRONG: list[tuple[forms.Field, object, str]] = [
    (forms.DateField(), "20260518", "期限要写成“2026-05-18”的样子。"),
    (forms.DateField(), "2026-13-01", "期限要写成“2026-05-18”的样子。"),
    (forms.DateField(), "0000-00-00", "期限要写成“2026-05-18”的样子。"),
    (forms.DateTimeField(), "昨天", "期限要写成“2026-05-18 09:30”的样子。"),
    (forms.TimeField(), "25:00", "期限要写成“09:30”的样子。"),
    (forms.TimeField(), "上午", "期限要写成“09:30”的样子。"),
    (forms.IntegerField(), "二十", "期限要填数字，例如 20。"),
    (forms.IntegerField(), "1e9", "期限要填数字，例如 20。"),
    (forms.IntegerField(), "0x10", "期限要填数字，例如 20。"),
    (forms.IntegerField(), "NaN", "期限要填数字，例如 20。"),
    (forms.IntegerField(min_value=1), "0", "期限不能小于 1，请改大。"),
    (forms.IntegerField(max_value=9), "10", "期限不能大于 9，请改小。"),
    (forms.DecimalField(), "Infinity", "期限要填数字，例如 20。"),
    (forms.DecimalField(), "NaN", "期限要填数字，例如 20。"),
    (forms.EmailField(), "王丽", "期限要写成“name@example.com”的样子。"),
    (forms.CharField(max_length=2), "三个字", "期限最多 2 个字，现在是 3 个字，请缩短。"),
    (forms.CharField(min_length=3), "二字", "期限至少 3 个字，现在是 2 个字，请补全。"),
    (forms.CharField(), "a\x00b", "期限里有不能保存的字符，请删去后再提交。"),
    (forms.ChoiceField(choices=[("a", "甲")]), "b", "请从列出的期限里选一个。"),
    (forms.MultipleChoiceField(choices=[("a", "甲")]), ["b"], "请从列出的期限里选一个。"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), WRONG)
def test_what_is_wrong_is_told_with_an_example(field: forms.Field, typed: object, sentence: str) -> None:
    assert said(field, typed) == [sentence]


LENGTHS = [(0, True), (1, True), (4, True), (5, False)]


@pytest.mark.parametrize(("length", "good"), LENGTHS)
@pytest.mark.parametrize("letter", ["a", "长", "𠮷", "é"])
def test_lengths_are_counted_in_characters(length: int, good: bool, letter: str) -> None:
    assert (said(forms.CharField(max_length=4, required=False), letter * length) == []) is good


def test_a_sentence_of_a_validator_is_kept() -> None:
    field = forms.CharField(validators=[RegexValidator(r"\A\d+\Z", "只能写数字。")])
    assert said(field, "x") == ["只能写数字。"]


def test_a_field_whose_label_ends_in_a_colon_is_called_without_it() -> None:
    assert said(forms.CharField(label="姓名："), "") == ["请填写姓名。"]


LABELS = ["期限（%）", "“承诺”期限", "期限{label}", "期限 %(limit_value)s"]


@pytest.mark.parametrize("label", LABELS)
def test_signs_in_a_label_do_not_break_its_sentences(label: str) -> None:
    (sentence,) = said(forms.CharField(label=label, max_length=1), "二字")
    assert label in sentence
    assert "现在是 2 个字" in sentence


ATTRIBUTES: list[tuple[forms.Field, str, str | None]] = [
    (forms.CharField(), "aria-required", "true"),
    (forms.CharField(required=False), "aria-required", None),
    (forms.BooleanField(), "aria-required", None),
    (forms.FileField(), "aria-required", None),
    (forms.CharField(widget=forms.HiddenInput), "aria-required", None),
    (forms.CharField(), "autocomplete", "off"),
    (forms.CharField(widget=forms.PasswordInput), "autocomplete", None),
    (forms.CharField(widget=forms.HiddenInput), "autocomplete", None),
    (forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "username"})), "autocomplete", "username"),
    (forms.CharField(widget=forms.Textarea), "rows", "4"),
    (forms.CharField(widget=forms.Textarea(attrs={"rows": "9"})), "rows", "9"),
    (forms.ChoiceField(choices=[("a", "甲")], widget=forms.RadioSelect), "autocomplete", None),
]


@pytest.mark.parametrize(("field", "name", "value"), ATTRIBUTES)
def test_what_the_browser_is_told(field: forms.Field, name: str, value: str | None) -> None:
    dress("one", field)
    assert field.widget.attrs.get(name) == value


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (forms.DateField(), "date"),
        (forms.DateTimeField(), "text"),
        (forms.IntegerField(), "number"),
        (forms.EmailField(), "email"),
        (forms.CharField(widget=forms.PasswordInput), "password"),
    ],
)
def test_the_kind_of_the_control(field: forms.Field, kind: str) -> None:
    dress("one", field)
    assert getattr(field.widget, "input_type", "") == kind


def test_dressing_twice_changes_nothing() -> None:
    field = forms.DateField(label="期限")
    dress("one", field)
    first = (dict(field.error_messages), dict(field.widget.attrs))
    dress("one", field)
    assert (field.error_messages, field.widget.attrs) == first


class Two(HallForm):
    first = forms.CharField(label="甲")
    second = forms.ChoiceField(label="乙", choices=[("a", "a")], widget=forms.RadioSelect)
    hidden = forms.CharField(widget=forms.HiddenInput)


def test_the_summary_leads_to_controls_that_take_the_focus() -> None:
    targets = {link.message: link.target for link in error_links(Two({}))}
    assert targets["请填写甲。"] == "id_first"
    assert targets["请选择乙。"] == "id_second_0"


def test_an_error_of_a_hidden_field_leads_nowhere_but_is_told() -> None:
    links = error_links(Two({"first": "x", "second": "a"}))
    assert [(link.target, bool(link.message)) for link in links] == [("", True)]


def test_every_error_is_told_once() -> None:
    form = Two({})
    form.add_error("first", "另一处。")
    messages = [link.message for link in error_links(form)]
    assert len(messages) == len(set(messages)) == 4


def test_errors_of_all_rows_are_told_with_their_number() -> None:
    rows = forms.formset_factory(Two, extra=0, min_num=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-first": "x", "form-0-second": "a"}
    told = [link.message[:5] for link in formset_error_links(rows({**data, "form-0-hidden": "x"}))]
    assert set(told) == {"第 2 行"}


def test_a_formset_that_was_tampered_with_is_told_too() -> None:
    rows = forms.formset_factory(Two)
    assert formset_error_links(rows({"form-TOTAL_FORMS": "x"}))[0].target == ""


def test_the_page_owns_the_form_tag() -> None:
    made = helper(Two())
    assert (made.form_tag, made.disable_csrf) == (False, True)


def test_a_form_of_a_model_dresses_what_the_model_says() -> None:
    class OfWindow(HallModelForm):
        class Meta:
            model = Window
            fields = ["number", "name", "closed_on"]

    errors = OfWindow({"number": "1" * 11, "name": "", "closed_on": "x"}).errors
    assert errors == {
        "number": ["窗口号最多 10 个字，现在是 11 个字，请缩短。"],
        "name": ["请填写名称。"],
        "closed_on": ["停用日期要写成“2026-05-18”的样子。"],
    }


@pytest.mark.django_db
def test_a_choice_among_rows_that_is_not_offered_is_refused() -> None:
    class OfDepartment(HallForm):
        department = forms.ModelChoiceField(Department.objects.none(), label="部门")

    for typed in ("1", "x", "\x00", "9" * 30, "-1"):
        errors = OfDepartment({"department": typed}).errors["department"]
        assert all("部门" in message for message in errors), (typed, errors)


def test_amounts_are_exact_numbers() -> None:
    class Fee(HallForm):
        amount = forms.DecimalField(label="金额", max_digits=12, decimal_places=2)

    form = Fee({"amount": "0.10"})
    assert form.is_valid()
    assert form.cleaned_data["amount"] == Decimal("0.10")
