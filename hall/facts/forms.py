"""What one asks who sets a number."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hall.facts.parameters import Key
from hall.forms import HallForm
from hall.organisation.models import Center


def named_center(centers: QuerySet[Center], typed: str) -> Center | None:
    """The center with these ten digits or this name."""
    if len(typed) == 10 and typed.isascii() and typed.isdigit():
        return centers.filter(region6=typed[:6], center_no=typed[6:]).first()
    return centers.filter(name=typed).first()


class SettingForm(HallForm):
    """A value, from when, for whom, and why."""

    value = forms.IntegerField(label="值", widget=forms.NumberInput({"class": "short"}))
    effective_from = forms.DateField(label="施行日期", help_text="今天或以后；过去的不能改。")
    center = forms.CharField(
        label="中心", max_length=100, required=False, help_text="全称或 10 位编号；不填的，对全部中心有效。"
    )
    source = forms.CharField(label="依据", max_length=200, help_text="文件名称、文号和条款。")

    def __init__(self, *args: Any, key: Key, centers: QuerySet[Center], today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"effective_from": today}, **kwargs)
        self.centers = centers
        value = self.fields["value"]
        value.label = f"值（{key.unit}）" if key.unit else "值"
        value.help_text = f"{key.least} 到 {key.most}。"

    def clean_center(self) -> Center | None:
        typed = self.cleaned_data["center"].strip()
        if not typed:
            return None
        center = named_center(self.centers, typed)
        if center is None:
            raise ValidationError("没有找到这个中心，或它不归您管。请写全称或 10 位编号。")
        return center
