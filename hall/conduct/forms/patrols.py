"""Patrols: begin a round, write down a problem, put it right, look again, a new check list."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from hall.conduct import photos
from hall.conduct.actions.patrols import LineFacts, Seen
from hall.conduct.enums import Outcome, Place, Severity
from hall.forms import HallForm
from hall.organisation.models import Center, Department, Staff, Window


class PhotoField(forms.FileField):
    """A photo from the camera of a phone, or a file."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput({"accept": photos.ACCEPT, "capture": "environment"})
        super().__init__(**{"label": "照片", "required": False, "widget": widget, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The bytes; nothing where no file came."""
        file = super().clean(data, initial)
        if not file:
            return b""
        if file.size > photos.MAX_BYTES:
            raise ValidationError("照片最大 10 MB。请用普通画质重新拍一张。")
        return file.read()


class StartForm(HallForm):
    """Where the round leads."""

    drawn = forms.IntegerField(
        label="随机抽取窗口", min_value=0, max_value=60, help_text="个数；抽取的种子会记下来，可以复核。"
    )
    windows = forms.ModelMultipleChoiceField(
        Window.objects.none(), label="另外指定窗口", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, windows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["windows"].queryset = windows  # type: ignore[attr-defined]
        self.fields["drawn"].widget.attrs["class"] = "short"


class ProblemForm(HallForm):
    """What is wrong on one line, filled in standing."""

    text = forms.CharField(
        label="看到的情况", max_length=300, widget=forms.Textarea({"rows": "3"}),
        help_text="写事实。不要写办事人的姓名、证件号和电话。",
    )  # fmt: skip
    severity = forms.ChoiceField(label="程度", choices=Severity.choices, widget=forms.RadioSelect)
    points = forms.IntegerField(label="建议扣分", min_value=0, max_value=100, required=False)
    staff = forms.ModelChoiceField(Staff.objects.none(), label="涉及人员", required=False, empty_label="不涉及具体人员")
    department = forms.ModelChoiceField(
        Department.objects.none(), label="责任部门", required=False, empty_label="按窗口所属部门"
    )
    photo = PhotoField()
    layout = Layout("text", Field("severity", wrapper_class="inline"), "photo", "staff", "department", "points")

    def __init__(self, *args: Any, center: Center, window: Window | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(center=center, left_on__isnull=True)
        if window and window.department_id:
            people = people.filter(department_id=window.department_id)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]
        self.fields["department"].queryset = center.departments.all()  # type: ignore[attr-defined]

    def seen(self) -> Seen:
        """For the action."""
        data = self.cleaned_data
        return Seen(
            Outcome.PROBLEM, text=data["text"], severity=data["severity"], points=data["points"] or 0,
            staff=data["staff"], department=data["department"], photo=data["photo"],
        )  # fmt: skip


class FinishForm(HallForm):
    """A word at the end of the round."""

    note = forms.CharField(label="小结", max_length=500, required=False, widget=forms.Textarea({"rows": "2"}))


class AnswerForm(HallForm):
    """What the department did."""

    text = forms.CharField(label="整改情况", max_length=500, widget=forms.Textarea)
    photo = PhotoField(label="整改后的照片")


class RecheckForm(HallForm):
    """What the second look saw."""

    passed = forms.TypedChoiceField(
        label="复查结果", choices=(("yes", "整改到位"), ("no", "没有整改到位，退回重改")), widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )  # fmt: skip
    text = forms.CharField(label="复查情况", max_length=500, widget=forms.Textarea)
    layout = Layout(Field("passed", wrapper_class="inline"), "text")


_PLACES = {place.label: place.value for place in Place}


class ListForm(HallForm):
    """A new version of the check list as plain lines; what cannot be read is named by its line."""

    note = forms.CharField(label="为什么改", max_length=200)
    lines = forms.CharField(
        label="清单", max_length=20_000, widget=forms.Textarea({"rows": "20", "class": "mono"}),
        help_text="一行一项：类别｜检查内容｜范围（每个窗口 或 大厅公共区域）｜依据｜建议扣分",
    )  # fmt: skip

    def clean_lines(self) -> list[LineFacts]:
        """The rows; at most a hundred."""
        rows, faults = [], []
        for number, text in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if not text.strip():
                continue
            try:
                rows.append(_line(text))
            except ValueError as fault:
                faults.append(f"第 {number} 行：{fault}")
        if len(rows) > 100:
            faults.append("最多 100 项。")
        if faults:
            raise ValidationError(faults[:10])
        return rows


def _line(text: str) -> LineFacts:
    cells = [cell.strip() for cell in text.replace("|", "｜").split("｜")]
    if len(cells) != 5 or not all(cells):
        raise ValueError("要有五格，用“｜”隔开，都要填。")
    group, what, place, source, points = cells
    if place not in _PLACES:
        raise ValueError("范围只能写“每个窗口”或“大厅公共区域”。")
    if not (points.isascii() and points.isdigit() and int(points) <= 100):
        raise ValueError("建议扣分要写 0 到 100 的整数。")
    if len(group) > 20 or len(what) > 200 or len(source) > 200:
        raise ValueError("类别最多 20 字，检查内容和依据最多 200 字。")
    return LineFacts(group, what, _PLACES[place], source, int(points))
