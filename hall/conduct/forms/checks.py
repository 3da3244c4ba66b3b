"""Checks of closing times: which month of which department, and what a look found."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from hall.conduct.enums import CheckVerdict
from hall.facts.periods import InvalidPeriod, Period, PeriodKind, parse
from hall.forms import HallForm
from hall.organisation.models import Center, Department


class DrawForm(HallForm):
    """A month that is over."""

    department = forms.ModelChoiceField(Department.objects.none(), label="部门")
    period = forms.CharField(
        label="月份",
        max_length=7,
        widget=forms.TextInput({"class": "short"}),
        help_text="已经过完的月份，例如 2026-10。",
    )

    def __init__(self, *args: Any, center: Center, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = center.departments.select_related("center")  # type: ignore[attr-defined]

    def clean_period(self) -> Period:
        """One month."""
        try:
            period = parse(self.cleaned_data["period"].strip())
        except InvalidPeriod:
            raise ValidationError("月份要写成“2026-10”的样子。") from None
        if period.kind != PeriodKind.MONTH:
            raise ValidationError("月份要写成“2026-10”的样子。")
        return period


class JudgeForm(HallForm):
    """What the look found."""

    verdict = forms.ChoiceField(label="结论", choices=CheckVerdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="依据", max_length=300, widget=forms.Textarea({"rows": "3"}), help_text="看了什么：材料、系统记录、监控。"
    )
    layout = Layout(Field("verdict", wrapper_class="inline"), "reason")
