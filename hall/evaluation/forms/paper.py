"""What is asked of those who open the boxes and type the forms in."""

from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from hall.evaluation.actions import Answer, Sheet
from hall.evaluation.enums import BadReason, GoodReason, Grade, is_bad
from hall.evaluation.errors import RowsRefused
from hall.evaluation.models.evaluation import LONGEST_TEXT
from hall.facts.errors import Refused
from hall.forms import HallForm
from hall.ledger import numbers
from hall.organisation.models import PHONE, Center, Department, Staff
from hall.privacy.validators import no_numbers

ROWS: Final = 20
_NUMBERED: Final = {True: BadReason.values, False: GoodReason.values}


class RefusableForm(HallForm):
    """A form the action may refuse."""

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence of the action where its field is."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class BoxForm(RefusableForm):
    """A new box: where it stands."""

    center = forms.ModelChoiceField(label="中心", queryset=Center.objects.none(), empty_label="请选择")
    name = forms.CharField(label="名称", max_length=60, help_text="写明位置，例如“一楼东门评价箱”。")

    def __init__(self, *args: Any, centers: QuerySet[Center], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers  # type: ignore[attr-defined]


class OpeningForm(RefusableForm):
    """The log of one opening: when, with whom, how many forms."""

    opened_at = forms.DateTimeField(
        label="开箱时间",
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": "开箱时间要写成“2026-05-18 09:30”的样子。"},
    )
    witness = forms.ModelChoiceField(
        label="见证人",
        queryset=Staff.objects.none(),
        empty_label="请选择",
        help_text="和您一起开箱的人，不能是您自己。见证人要在开箱单上签名。",
    )
    forms_found = forms.IntegerField(label="取出评价表", min_value=0, max_value=2000, help_text="张数，两人当场点清。")
    note = forms.CharField(
        label="备注", required=False, max_length=200, validators=[no_numbers], help_text="封条是否完好、有无作废的表。"
    )

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"].queryset = people  # type: ignore[attr-defined]


class SheetForm(RefusableForm):
    """One row: one paper form. A row nobody touched is no row."""

    serial = forms.CharField(label="表号", max_length=20)
    given_on = forms.DateField(label="填表日期")
    docket = forms.CharField(label="办件编号", max_length=60, required=False)
    item_name = forms.CharField(label="事项", max_length=300, required=False)
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), required=False, empty_label="不明"
    )
    grade = forms.TypedChoiceField(label="评价", choices=[("", "请选择"), *Grade.choices], coerce=int)
    reasons = forms.CharField(label="原因号", max_length=60, required=False)
    text = forms.CharField(label="意见", max_length=LONGEST_TEXT, required=False)
    phone = forms.CharField(label="实名者电话", max_length=40, required=False, validators=[PHONE])
    named = forms.BooleanField(label="实名", required=False)

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "empty_permitted": True})
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean_docket(self) -> str:
        """As people type it; nonsense is said here, an unknown number by the action."""
        typed = str(self.cleaned_data["docket"])
        if not typed:
            return ""
        try:
            return str(numbers.parse(typed))
        except numbers.InvalidDocket as invalid:
            raise forms.ValidationError("办件编号不对，请核对 24 位编号。") from invalid

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("grade") and "reasons" not in self.errors:
            self._number_reasons(data)
        return data

    def _number_reasons(self, data: dict[str, Any]) -> None:
        """`1 3 8` becomes the codes of the list that belongs to the grade."""
        listed = _NUMBERED[is_bad(data["grade"])]
        words = data.get("reasons", "").replace("，", " ").replace(",", " ").replace("、", " ").split()
        if all(word.isascii() and word.isdigit() and 1 <= int(word) <= len(listed) for word in words):
            data["reasons"] = tuple(listed[int(word) - 1] for word in words)
        else:
            self.add_error("reasons", f"原因写编号，例如“1 3”，从 1 到 {len(listed)}。")

    def sheet(self) -> Sheet:
        """What the row says, for the action."""
        data = self.cleaned_data
        answer = Answer(
            grade=data["grade"],
            anonymous=not data["named"],
            reasons=data["reasons"],
            text=data["text"],
            phone=data["phone"],
        )
        return Sheet(
            serial=data["serial"],
            given_on=data["given_on"],
            answer=answer,
            docket=data["docket"],
            department=data["department"],
            item_name=data["item_name"],
        )


class SheetFormSet(forms.BaseFormSet):
    """A page of rows; the same serial number twice is said before anything is saved."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.filled():
            serial = form.cleaned_data.get("serial", "")
            if serial and serial in seen:
                form.add_error("serial", "这一页已有同一个表号。")
            seen.add(serial)

    def filled(self) -> list[SheetForm]:
        """The rows somebody wrote in."""
        return [form for form in self.forms if form.has_changed()]

    def refuse(self, refusal: Refused) -> None:
        """Put the sentences of the action at their rows."""
        if isinstance(refusal, RowsRefused):
            rows = self.filled()
            for position, sentence in refusal.rows.items():
                rows[position].refuse(sentence)
        else:
            self.non_form_errors().append(refusal.sentence)


def sheets(data: Any, *, center: Center) -> SheetFormSet:
    """Twenty empty rows, or what was typed into them."""
    made: Any = forms.formset_factory(
        SheetForm, formset=SheetFormSet, extra=ROWS, max_num=ROWS, absolute_max=ROWS, validate_max=True
    )
    departments = Department.objects.filter(center=center, stub=False)
    rows: SheetFormSet = made(data, prefix="row", form_kwargs={"departments": departments})
    return rows


def reason_key() -> list[tuple[str, list[tuple[int, str]]]]:
    """The numbers printed beside the reasons, as the typist needs them."""
    return [
        ("好评原因", list(enumerate(GoodReason.labels, start=1))),
        ("差评原因", list(enumerate(BadReason.labels, start=1))),
    ]
