"""What is asked about screens at which nobody logs in."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from hall.access.enums import DeviceKind
from hall.forms import HallForm
from hall.organisation.models import Center, Window


class DeviceForm(HallForm):
    """A new pad or wall: where it stands."""

    kind = forms.ChoiceField(label="用途", choices=DeviceKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=60, help_text="写明位置，例如“3 号窗口评价器”“一楼大厅大屏”。")
    center = forms.ModelChoiceField(label="中心", queryset=Center.objects.none(), empty_label="请选择")
    window = forms.ModelChoiceField(
        label="窗口",
        queryset=Window.objects.none(),
        required=False,
        empty_label="（大屏不用选）",
        help_text="评价器必须选窗口。",
    )

    def __init__(self, *args: Any, centers: QuerySet[Center], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers  # type: ignore[attr-defined]
        windows = Window.objects.filter(center__in=centers.values("pk")).select_related("center")
        self.fields["window"].queryset = windows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, center, window = data.get("kind"), data.get("center"), data.get("window")
        if kind == DeviceKind.PAD and window is None and "window" not in self.errors:
            self.add_error("window", "评价器必须选窗口。")
        if window is not None and center is not None and window.center_id != center.pk:
            self.add_error("window", "请选这个中心的窗口。")
        return data


class PairForm(HallForm):
    """Typed in on the device itself."""

    code = forms.CharField(
        label="配对码",
        max_length=20,
        help_text="登记设备的人在“设备”页面看到的 8 位字母和数字，10 分钟内有效。",
        widget=forms.TextInput({"class": "mono", "autocapitalize": "characters", "spellcheck": "false"}),
    )
