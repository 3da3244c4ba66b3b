"""Looking a case up: number and query code, both from the receipt."""

from django import forms

from hall.forms import HallForm


class LookupForm(HallForm):
    """Takes the number as people type it: spaces, hyphens, full width."""

    docket = forms.CharField(
        label="办件编号",
        max_length=60,
        help_text="印在收件凭证上，24 位，可以连着写。",
        widget=forms.TextInput({"inputmode": "text", "class": "mono"}),
    )
    code = forms.CharField(
        label="查询码",
        max_length=30,
        help_text="印在收件凭证上的 9 位字母和数字。请不要告诉别人。",
        widget=forms.TextInput({"class": "mono", "autocapitalize": "characters", "spellcheck": "false"}),
    )
