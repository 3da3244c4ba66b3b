"""Placing and lifting a hold."""

from django import forms

from hall.facts.errors import Refused
from hall.forms import HallForm


class _Form(HallForm):
    def refuse(self, refusal: Refused) -> None:
        """Put the sentence of the action where its field is."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class HoldForm(_Form):
    """Which number, and why it must stay."""

    reference = forms.CharField(
        label="编号", max_length=64, help_text="办件编号或投诉编号，可以带空格。",
        widget=forms.TextInput({"class": "mono"}),
    )  # fmt: skip
    reason = forms.CharField(label="理由", max_length=200, help_text="例如“行政复议案号 2026-15，审理中”。")

    def clean_reference(self) -> str:
        """As it is stored: without spaces."""
        return "".join(self.cleaned_data["reference"].split())


class LiftForm(_Form):
    """Why it may go."""

    reason = forms.CharField(label="恢复清除的理由", max_length=200)
