"""Placing and lifting a hold; asking for a copy."""

from typing import Any

from crispy_forms.layout import Field, Layout, Row
from django import forms
from django.core.exceptions import ValidationError

from hall.facts.errors import Refused
from hall.forms import HallForm
from hall.privacy.enums import IdentityKind
from hall.privacy.identity import check_identity
from hall.retention.copy_actions import Asked
from hall.retention.enums import CopyForm as Copied
from hall.retention.enums import OnBehalf


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


class CopyForm(_Form):
    """Whose data, who asks, and by which application. `deed` is the button that was pressed."""

    LOOK, GIVE = "look", "give"

    identity_kind = forms.ChoiceField(
        label="证件类型",
        choices=[(kind.value, kind.label) for kind in IdentityKind if kind != IdentityKind.USCC],
        initial=IdentityKind.RESIDENT,
    )
    identity = forms.CharField(label="证件号码", max_length=40, widget=forms.TextInput({"class": "mono"}))
    behalf = forms.ChoiceField(
        label="谁来要", choices=OnBehalf.choices, initial=OnBehalf.SELF, widget=forms.RadioSelect,
    )  # fmt: skip
    checked = forms.BooleanField(
        label="已当面核对证件原件", help_text="受托人另核对授权委托书和本人证件，死者近亲属另核对亲属关系证明。"
    )
    reason = forms.CharField(
        label="依据哪份申请",
        max_length=100,
        help_text="写在副本上并记入事件账，例如“11月22日书面申请”。不要写姓名和号码。",
    )
    form = forms.ChoiceField(
        label="副本格式", choices=Copied.choices, initial=Copied.ZIP, widget=forms.RadioSelect, required=False
    )
    deed = forms.ChoiceField(choices=[(LOOK, "查看"), (GIVE, "制作副本")], required=False, widget=forms.HiddenInput)
    layout = Layout(
        Row("identity_kind", "identity"), Field("behalf", wrapper_class="inline"), "checked", "reason", "form"
    )

    def clean_form(self) -> str:
        """The fullest one, unless another is chosen."""
        return self.cleaned_data["form"] or Copied.ZIP

    def clean(self) -> dict[str, Any]:
        """The number must be one of its kind."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "identity" in found and "identity_kind" in found:
            try:
                found["identity"] = check_identity(found["identity_kind"], found["identity"])
            except ValidationError as error:
                self.add_error("identity", error)
        return found

    @property
    def asked(self) -> Asked:
        """What the action wants to know."""
        found = self.cleaned_data
        return Asked(identity=found["identity"], behalf=found["behalf"], reason=found["reason"])
