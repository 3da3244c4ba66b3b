"""Bulletins: what to draft from, the editor, the second person's words."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError

from hall.conduct.enums import Audience
from hall.facts import indicators
from hall.facts.periods import InvalidPeriod, Period, parse
from hall.forms import HallForm


class DraftForm(HallForm):
    """Which numbers, of which days, for whom."""

    title = forms.CharField(label="标题", max_length=100)  # type: ignore[assignment] # the field replaces the heading
    audience = forms.ChoiceField(label="范围", choices=Audience.choices, widget=forms.RadioSelect, initial="internal")
    period = forms.CharField(
        label="时段", max_length=24, widget=forms.TextInput({"class": "short"}),
        help_text="例如 2026-10、2026-Q3、2026-H1、2026，或 2026-10-01..2026-10-15。",
    )  # fmt: skip
    codes = forms.MultipleChoiceField(label="指标", widget=forms.CheckboxSelectMultiple)
    layout = Layout("title", Field("audience", wrapper_class="inline"), "period", "codes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(one.code, one.label) for one in indicators.all_indicators()]
        self.fields["codes"].choices = rows  # type: ignore[attr-defined]

    def clean_period(self) -> Period:
        try:
            return parse(self.cleaned_data["period"].strip())
        except InvalidPeriod as fault:
            raise ValidationError(str(fault)) from None


class EditForm(HallForm):
    """The text around the figures."""

    title = forms.CharField(label="标题", max_length=100)  # type: ignore[assignment] # the field replaces the heading
    audience = forms.ChoiceField(label="范围", choices=Audience.choices, widget=forms.RadioSelect)
    body = forms.CharField(label="正文", max_length=5000, widget=forms.Textarea({"rows": "16"}))
    layout = Layout("title", Field("audience", wrapper_class="inline"), "body")


class NoteForm(HallForm):
    """Why it goes back."""

    note = forms.CharField(label="退回意见", max_length=300, widget=forms.Textarea({"rows": "2"}))


class WithdrawForm(HallForm):
    """Why it is taken back."""

    reason = forms.CharField(
        label="撤回原因", max_length=300, widget=forms.Textarea({"rows": "2"}), help_text="会和通报一起显示。"
    )
