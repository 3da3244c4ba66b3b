"""Forms of accountability."""

from typing import Any

from django import forms

from hall.access.models import User
from hall.access.scope import centers_of
from hall.forms import HallForm
from hall.organisation.models import Department, Staff
from hall.supervision.enums import Measure, Origin

_PLAIN = "只写工作人员的行为，不写办事人的姓名、证件号和电话。"


class FindingForm(HallForm):
    """What was found, and about whom; a record from a card takes both from the card."""

    origin = forms.ChoiceField(
        label="来源", choices=[(o.value, o.label) for o in (Origin.COMPLAINT, Origin.HAND)], widget=forms.RadioSelect
    )
    origin_ref = forms.CharField(label="来源编号", max_length=60, required=False, help_text="投诉编号、信访编号等。")
    staff = forms.ModelChoiceField(
        label="当事人", queryset=Staff.objects.none(), required=False, empty_label="不针对个人"
    )
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), required=False, empty_label="按当事人所在部门"
    )
    finding = forms.CharField(label="认定的事实", max_length=2000, widget=forms.Textarea, help_text=_PLAIN)

    def __init__(self, *args: Any, user: User, from_card: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if from_card:
            for name in ("origin", "origin_ref", "staff", "department"):
                del self.fields[name]
            return
        centers = centers_of(user)
        people = Staff.objects.filter(center__in=centers).exclude(pk=user.staff_id or 0)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]
        departments = Department.objects.filter(center__in=centers, stub=False)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class MeasureForm(HallForm):
    """What follows."""

    measure = forms.ChoiceField(label="措施", choices=[("", "请选择"), *Measure.choices])
    basis = forms.CharField(label="依据", max_length=300, help_text="制度名称和条款。")
    text = forms.CharField(label="说明", max_length=2000, widget=forms.Textarea, help_text=_PLAIN)


class ServeForm(HallForm):
    """Nothing to fill in: the deed itself is the statement."""


class ObjectForm(HallForm):
    """The person's objection."""

    text = forms.CharField(label="异议", max_length=2000, widget=forms.Textarea)


class FinishForm(HallForm):
    """How an objection was dealt with, if there was one."""

    text = forms.CharField(label="处理意见", max_length=2000, widget=forms.Textarea, required=False)


class CancelForm(HallForm):
    """Why it is taken back."""

    text = forms.CharField(label="撤销的理由", max_length=2000, widget=forms.Textarea)
