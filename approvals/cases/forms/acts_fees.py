"""What was charged at the window: which fee of the item, how much, on which receipt."""

from decimal import Decimal
from typing import Any, Final

from crispy_forms.layout import Layout, Row
from django import forms

from approvals.cases.forms.acts import ActForm, WordsField

NONE_LISTED: Final = "事项没有列明的收费"


class FeeForm(ActForm):
    fee_item = forms.ChoiceField(label="收费项目")
    amount = forms.DecimalField(
        label="金额（元）", min_value=Decimal(0), max_digits=12, decimal_places=2, widget=forms.TextInput
    )
    receipt_number = forms.CharField(label="票据号", max_length=40)
    reduction = WordsField("减免理由", max_length=200, rows=2, required=False, help_text="低于标准的必须写。")
    layout = Layout("version", "fee_item", Row("amount", "receipt_number"), "reduction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed = {str(fee.pk): fee for fee in self.case.version_filed.fees.all()}
        choice = self.fields["fee_item"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 — declared above
        listed = [(pk, self._words(fee)) for pk, fee in self._listed.items()]
        choice.choices = [*listed, ("none", NONE_LISTED)]
        self.initial.setdefault("fee_item", listed[0][0] if len(listed) == 1 else "" if listed else "none")

    @staticmethod
    def _words(fee: Any) -> str:
        return f"{fee.name}　{f'{fee.amount} 元' if fee.amount is not None else fee.standard}"

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "fee_item": self._listed.get(self.cleaned_data["fee_item"])}
