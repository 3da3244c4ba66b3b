"""What a list was narrowed by, in words: each kind of field, and what of it the ledger keeps."""

from datetime import date
from typing import Any

import pytest
from django import forms

from hall.exports.chosen import LONGEST, Chosen, kept, named, picked, said, set_in, typed
from hall.facts import periods
from hall.organisation.models import Department
from tests.builders import Hall

STATES = (("", "全部"), ("open", "未了结"), ("3", "三"))


class Filter(forms.Form):
    """One field of each kind a filter of the house has."""

    state = forms.ChoiceField(label="状态", choices=STATES, required=False)
    department = forms.ModelChoiceField(label="部门", queryset=Department.objects.all(), required=False)
    since = forms.DateField(label="收件自", required=False)
    below = forms.BooleanField(label="含下级", required=False)
    period = forms.CharField(label="期间", required=False)
    q = forms.CharField(label="名称", required=False)

    def clean_period(self) -> Any:
        text = self.cleaned_data["period"]
        return periods.parse(text) if text else None


def words(**data: Any) -> list[tuple[str, str]]:
    form = Filter(data)
    form.is_valid()
    return [(one.label, one.words) for one in set_in(form)]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, []),
        ({"state": "open"}, [("状态", "未了结")]),
        ({"state": "nonsense"}, []),
        ({"since": "2026-05-13"}, [("收件自", "2026-05-13")]),
        ({"since": "soon"}, []),
        ({"below": "on"}, [("含下级", "是")]),
        ({"period": "2026-10"}, [("期间", periods.parse("2026-10").label)]),
        ({"q": "张小明"}, [("名称", "张小明")]),
        ({"state": "3", "q": "x"}, [("状态", "三"), ("名称", "x")]),
    ],
)
def test_only_what_was_understood_is_said(db: None, data: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert words(**data) == found


def test_a_row_is_said_by_its_name(hall: Hall) -> None:
    assert words(department=str(hall.department.pk)) == [("部门", str(hall.department))]


def test_what_was_typed_is_not_kept_and_what_was_chosen_is() -> None:
    chosen = [*picked("状态", "open", STATES), *typed("名称", "张小明"), Chosen("日期", "今天")]
    assert kept(chosen) == {"状态": "未了结", "名称": "（输入的词不入账）", "日期": "今天"}


def test_the_ledger_knows_a_person_by_key_and_a_department_by_name(hall: Hall) -> None:
    staff = hall.clerk.staff
    assert staff is not None
    assert kept(named("当事人", staff)) == {"当事人": f"人员 {staff.pk}"}
    assert kept(named("部门", hall.department)) == {"部门": str(hall.department)}


def test_nothing_is_nothing() -> None:
    assert [*typed("名称", ""), *picked("状态", "", STATES), *picked("状态", "x", STATES), *named("部门", None)] == []


def test_what_was_typed_at_length_is_cut() -> None:
    (one,) = typed("名称", "长" * 500)
    assert len(one.words) == LONGEST


def test_all_of_it_is_one_sentence() -> None:
    asked = [Chosen("状态", "未了结"), Chosen("到", date(2026, 5, 1).isoformat())]
    assert said(asked) == "筛选：状态 未了结；到 2026-05-01。"
    assert said(()) == "筛选：没有，是全部。"
