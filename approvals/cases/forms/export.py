"""What an export asks: which days, and what for."""

from django import forms

from hall.forms import HallForm


class ExportForm(HallForm):
    """Days of receipt, both included, and the purpose that goes into the trail."""

    since = forms.DateField(label="收件自")
    until = forms.DateField(label="收件至")
    purpose = forms.CharField(
        label="用途", max_length=200, help_text="写进导出文件和事件账，例如“向省平台汇聚 11 月办件”。"
    )
