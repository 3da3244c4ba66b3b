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
