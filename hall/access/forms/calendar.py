"""What the page for importing a holiday notice asks."""

from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.core.validators import RegexValidator

from hall.forms import HallForm
from hall.workdays.notice_file import MOST_BYTES, BadNotice, decode


class NoticeForm(HallForm):
    """The file, or its text on the second step, with what the file itself does not say."""

    file = forms.FileField(
        label="放假通知文件", help_text="CSV，表头 date,kind,name,document_no；kind 是 off 或 work。"
    )
    text = forms.CharField(required=False, max_length=MOST_BYTES, strip=False, widget=forms.HiddenInput)
    heading = forms.CharField(
        label="通知标题", required=False, max_length=120, help_text="不填就按国务院办公厅的惯例写。"
    )
    url = forms.URLField(label="通知网址", required=False, max_length=300, assume_scheme="https")
    region = forms.CharField(
        label="地区代码",
        required=False,
        help_text="全国的通知不填；地方自定的假日填 12 位行政区划代码。",
        validators=[RegexValidator(r"^[0-9]{12}\Z", "地区代码是 12 位数字，全国的通知不填。")],
    )
    region_name = forms.CharField(label="地区名称", required=False, max_length=60)
    layout = Layout("file", "text", "heading", "url", Row("region", "region_name"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # On the second step the text comes along and no file is asked for.
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, Any]:
        """The text of the notice, from the upload or from the step before."""
        data = self.cleaned_data
        upload = data.get("file")
        if upload is not None:
            try:
                data["text"] = decode(upload.read(MOST_BYTES + 1))
            except BadNotice as error:
                self.add_error("file", " ".join(error.faults))
        if data.get("region") and not data.get("region_name"):
            self.add_error("region_name", "请填写地区名称，算式里要写明是哪里的假日。")
        return data
