"""Attendance and duty."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from hall.appraisal.enums import Presence, Shift
from hall.appraisal.models import DutyTurn
from hall.forms import HallForm
from hall.organisation.models import Staff
from hall.privacy.validators import no_numbers


class CorrectForm(HallForm):
    """A correction with its reason."""

    presence = forms.ChoiceField(label="改为", choices=Presence.choices)
    reason = forms.CharField(label="更正理由", max_length=100, validators=[no_numbers])


class PersonField(forms.ModelChoiceField):
    """People by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）"


class TurnForm(HallForm):
    """One turn of the roster."""

    day = forms.DateField(label="日期")
    shift = forms.ChoiceField(label="班次", choices=Shift.choices)
    staff = PersonField(label="值班人", queryset=Staff.objects.none())

    def __init__(self, *args: Any, people: QuerySet[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]


class SwapForm(HallForm):
    """Whom to ask, and what for."""

    to = PersonField(label="请谁代班", queryset=Staff.objects.none())
    other = forms.ModelChoiceField(
        label="用对方的哪一班交换", queryset=DutyTurn.objects.none(), required=False, help_text="不填就是只请对方代班。"
    )
    reason = forms.CharField(label="事由", max_length=100, validators=[no_numbers])

    def __init__(self, *args: Any, people: QuerySet[Staff], turns: QuerySet[DutyTurn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
        self.fields["other"].queryset = turns  # type: ignore[attr-defined]


class LogForm(HallForm):
    """值班日记."""

    text = forms.CharField(
        label="值班情况", max_length=2000, validators=[no_numbers], widget=forms.Textarea(attrs={"rows": 8}),
        help_text="写当天的情况和处理，不写办事人的个人信息。",
    )  # fmt: skip
    handover = forms.CharField(
        label="交接事项", max_length=1000, required=False, validators=[no_numbers], widget=forms.Textarea
    )
