"""What the forms take and what they refuse, field by field."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from approvals.catalogue import actions
from approvals.catalogue.files import check_file
from approvals.catalogue.forms import (
    MAX_ROWS,
    SECTIONS,
    AbolishForm,
    BasicForm,
    FilterForm,
    GuideSearchForm,
    LimitsForm,
    MaterialForm,
    NewItemForm,
)
from approvals.catalogue.models import ItemVersion, Material, Regime
from approvals.catalogue.publishing import Section
from hall.organisation.models import Department
from tests import builders
from tests.approvals.catalogue.builders import PDF, make_draft

pytestmark = pytest.mark.django_db
ON = date(2026, 4, 13)
BASIC = {
    "name": "某许可", "kind": "permit", "case_kind": "promise", "instant_deadline": "same_day", "target": "both",
    "summary": "", "change_note": "",
}  # fmt: skip


def basic(**changes: Any) -> BasicForm:
    return BasicForm({**BASIC, **changes}, instance=ItemVersion(), on=ON)


def test_basic_facts_are_taken() -> None:
    regime = Regime.objects.get(code="licensing-law")
    form = basic(regime=regime.pk)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["regime"] == regime


@pytest.mark.parametrize("field", ["name", "kind", "case_kind", "instant_deadline", "target"])
def test_basic_facts_that_must_be_said(field: str) -> None:
    form = basic(**{field: ""})
    assert list(form.errors) == [field]


@pytest.mark.parametrize("field", ["kind", "case_kind", "instant_deadline", "target"])
def test_basic_choices_are_the_listed_ones(field: str) -> None:
    assert "请从列出的" in basic(**{field: "nonsense"}).errors[field][0]


def test_a_regime_no_longer_in_force_is_not_offered() -> None:
    old = Regime.objects.create(
        code="old", name="旧条例", statute="旧条例", effective_from=date(2000, 1, 1),
        effective_until=date(2010, 1, 1), source="为测试编写",
    )  # fmt: skip
    assert "regime" in basic(regime=old.pk).errors


@pytest.mark.parametrize("unit", ["workday", "day", "month", "hour"])
def test_every_statutory_unit_is_taken(unit: str) -> None:
    form = LimitsForm(
        {"statute_count": "5", "statute_unit": unit, "extends_promise": "unknown"}, instance=ItemVersion()
    )
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(("said", "kept"), [("unknown", None), ("true", True), ("false", False)])
def test_whether_an_extension_moves_the_promise_has_three_answers(said: str, kept: bool | None) -> None:
    form = LimitsForm({"extends_promise": said}, instance=ItemVersion())
    assert form.is_valid()
    assert form.cleaned_data["extends_promise"] is kept


@pytest.mark.parametrize("name", ["statute", "promise", "supplement"])
def test_each_pair_is_whole_or_empty(name: str) -> None:
    count_only = LimitsForm({f"{name}_count": "5"}, instance=ItemVersion())
    unit_only = LimitsForm({f"{name}_unit": "workday"}, instance=ItemVersion())
    assert list(count_only.errors) == [f"{name}_unit"]
    assert list(unit_only.errors) == [f"{name}_count"]


def material(files: dict[str, Any] | None = None, instance: Material | None = None, **changes: Any) -> MaterialForm:
    data = {"name": "健康证", "need": "required", "form": "original", "copies": "1", "source": "applicant", **changes}
    return MaterialForm(data, files or {}, instance=instance or Material())


def test_a_material_without_files_touches_none() -> None:
    form = material()
    assert form.is_valid(), form.errors
    assert form.uploads == {}


def test_both_files_of_a_material_are_checked() -> None:
    files = {name: SimpleUploadedFile("表.pdf", PDF) for name in ("blank_upload", "sample_upload")}
    form = material(files)
    assert form.is_valid(), form.errors
    assert {column: checked.name for column, checked in form.uploads.items() if checked} == {
        "blank_form": "表.pdf", "sample": "表.pdf",
    }  # fmt: skip


def test_the_box_to_take_a_file_away_is_there_only_with_a_file() -> None:
    kept = actions.keep_file(check_file("表.pdf", PDF))
    assert "blank_clear" not in material().fields
    form = material(instance=Material(blank_form=kept), blank_clear="on")
    assert form.is_valid()
    assert form.uploads == {"blank_form": None}
    assert "现有“表.pdf”" in str(form.fields["blank_upload"].help_text)


def test_a_new_file_wins_over_taking_the_old_one_away() -> None:
    kept = actions.keep_file(check_file("表.pdf", PDF))
    files = {"blank_upload": SimpleUploadedFile("新.pdf", PDF)}
    form = material(files, instance=Material(blank_form=kept), blank_clear="on")
    assert form.is_valid()
    assert form.uploads["blank_form"] is not None


@pytest.mark.parametrize(("position", "kept"), [("", 0), ("7", 7)])
def test_a_row_without_a_position_comes_last(position: str, kept: int) -> None:
    form = material(position=position)
    assert form.is_valid()
    assert form.cleaned_data["position"] == kept


def test_the_sections_are_those_the_gate_names() -> None:
    assert list(SECTIONS) == list(Section)


@pytest.mark.parametrize("section", list(Section))
def test_each_section_asks_for_columns_a_list_or_both(section: Section) -> None:
    page = SECTIONS[section]
    assert page.form or page.part_form
    assert bool(page.noun) == bool(page.part_form)


def test_every_column_a_person_may_write_is_asked_once() -> None:
    asked = [name for page in SECTIONS.values() if page.form for name in page.form._meta.fields or ()]  # type: ignore[attr-defined]
    own = {field.name for field in ItemVersion._meta.concrete_fields}
    life = {"id", "item", "number", "status", "revision", "created_at", "published_at", "published_by"}
    assert len(asked) == len(set(asked))
    assert set(asked) == own - life - ItemVersion.LIFE_FIELDS


def test_a_list_has_its_rows_and_an_empty_one() -> None:
    rows = SECTIONS[Section.MATERIALS].formset(make_draft())
    assert rows is not None
    assert (rows.initial_form_count(), len(rows.forms), rows.max_num) == (2, 3, MAX_ROWS)


def test_columns_alone_have_no_list() -> None:
    assert SECTIONS[Section.BASIC].formset(make_draft()) is None


def test_rows_of_another_version_cannot_be_smuggled_in() -> None:
    mine, other = make_draft(), make_draft(code="DEMO-2")
    foreign = other.conditions.get()
    data = {
        "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "1", "rows-0-id": foreign.pk, "rows-0-text": "改了别人的",
    }  # fmt: skip
    rows = SECTIONS[Section.CONDITIONS].formset(mine, data)
    assert rows is not None
    rows.is_valid()
    assert rows.save(commit=False) == []


def test_a_new_item_is_offered_only_in_ones_departments() -> None:
    hall = builders.Hall()
    other = builders.make_department(hall.center, "区民政局")
    offered = NewItemForm(user=hall.chief).fields["department"].queryset  # type: ignore[attr-defined]
    assert hall.department in offered
    assert other not in offered


@pytest.mark.parametrize(
    ("reason", "good"), [("国发〔2026〕1号", True), ("", False), ("  ", False), ("长" * 301, False)]
)
def test_abolishing_needs_its_basis(reason: str, good: bool) -> None:
    assert AbolishForm({"reason": reason}).is_valid() is good


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", {"text": "", "status": "", "department": None}),
        ("q=食品&status=draft", {"text": "食品", "status": "draft", "department": None}),
        ("q=食品&status=x&department=y", {"text": "食品", "status": "", "department": None}),
        ("q=" + "长" * 61 + "&status=draft", {"text": "", "status": "draft", "department": None}),
    ],
)
def test_filters_that_make_no_sense_are_left_out(query: str, chosen: dict[str, Any]) -> None:
    form = FilterForm(QueryDict(query), departments=Department.objects.all())
    assert form.chosen == chosen


def test_a_citizen_chooses_who_applies_but_no_state() -> None:
    form = GuideSearchForm(QueryDict("target=person&status=draft"), departments=Department.objects.all())
    assert form.chosen == {"text": "", "department": None, "target": "person"}
    assert "status" not in form.fields
