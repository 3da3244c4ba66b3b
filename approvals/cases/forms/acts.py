"""What every form of a deed has in common, and the forms that ask for hardly more than words.

A form asks and checks; `facts()` are the keyword arguments of the action. Choices come from the case itself, so a value
from elsewhere is refused as not in the list (reliability A02, A04).
"""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from approvals.cases.situations import Situation
from hall.facts.errors import Refused
from hall.forms import HallForm
from hall.privacy.detector import personal_kinds

_NOT_WHOLE: Final = "页面不完整，请回到办件页重新打开。"


def no_numbers(text: str) -> None:
    """Reasons go into the ledger, where nothing can be erased: no identity number, no mobile number (law 13)."""
    if personal_kinds(text):
        raise ValidationError("这里不要写证件号、手机号或卡号，请删去。", code="personal")


class WordsField(forms.CharField):
    """A few sentences that will stand in the ledger or on a document."""

    def __init__(self, label: str, *, max_length: int = 500, rows: int = 4, **options: Any) -> None:
        super().__init__(
            label=label,
            max_length=max_length,
            widget=forms.Textarea(attrs={"rows": rows}),
            validators=[no_numbers],
            **options,
        )


class ActForm(HallForm):
    """A form about one case: it carries the version the person saw (optimistic locking)."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=10**9,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _NOT_WHOLE),
    )

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        self.situation = situation
        self.case = situation.case
        kwargs["initial"] = {"version": self.case.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if not self.is_bound and (asked := self.visible_fields()):
            asked[0].field.widget.attrs["autofocus"] = True  # the hand is there already

    @property
    def seen(self) -> int | None:
        """The version the person saw, where the page sent one."""
        text = str(self.data.get("version", ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def facts(self) -> dict[str, Any]:
        """What the action wants to know, beside who, when and which version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence of the action where its field is."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class BareForm(ActForm):
    """Nothing to ask: the page says what follows and has a button."""


class ReasonForm(ActForm):
    reason = WordsField("理由", help_text="写给看档案的人：事实和依据，不写证件号、手机号。")


class OptionalReasonForm(ActForm):
    reason = WordsField("说明", required=False)


class RenewCodeForm(ActForm):
    reason = WordsField("换发理由", max_length=200, rows=2, help_text="例如：凭证遗失，已当面核对身份证。")


class OpinionForm(ActForm):
    opinion = WordsField("办理意见")


class HearingForm(ActForm):
    matter = WordsField("听证事项", help_text="写明许可涉及什么重大利益、哪些利害关系人。")


class RefuseForm(ActForm):
    reason = WordsField("理由")
    organ_name = forms.CharField(label="应当向哪个机关申请", max_length=100, help_text="写全称。")
    organ_address = forms.CharField(label="该机关地址", max_length=200, required=False)
    organ_phone = forms.CharField(label="该机关电话", max_length=40, required=False)

    def clean_organ_name(self) -> str:
        name = str(self.cleaned_data["organ_name"])
        no_numbers(name)
        return name

    def facts(self) -> dict[str, Any]:
        organ = {key: self.cleaned_data[f"organ_{key}"] for key in ("name", "address", "phone")}
        return {"reason": self.cleaned_data["reason"], "competent_organ": organ}


class HiddenDetailsForm(HallForm):
    """Why somebody wants to see the full data of the parties."""

    reason = WordsField("查看理由", max_length=200, rows=2)
