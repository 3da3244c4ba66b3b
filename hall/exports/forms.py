"""What an export asks: what for, and in which form."""

from django import forms

from hall.exports.enums import Format
from hall.forms import HallForm


class TakeForm(HallForm):
    """Purpose and form of the file."""

    purpose = forms.CharField(
        label="用途", max_length=200, help_text="写在文件上并记入事件账，例如“十月督查通报附表”。"
    )
    form = forms.ChoiceField(label="格式", choices=Format.choices, initial=Format.XLSX, widget=forms.RadioSelect)


class DecideForm(HallForm):
    """What the second person says."""

    deed = forms.ChoiceField(
        label="决定", choices=[("grant", "批准"), ("refuse", "不批准")], widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label="不批准的理由", max_length=200, required=False, help_text="申请人看得到。")
