"""What the calculator asks."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms

from hall.forms import HallForm, dress
from hall.workdays.terms import LONGEST_COUNT, Limit, Unit

PAUSES = 4
UNITS = ((Unit.WORKDAY.value, "工作日"), (Unit.DAY.value, "自然日"), (Unit.MONTH.value, "个月"))


class CalculatorForm(HallForm):
    """Start, limit and up to four pauses. GET: the address is the question, so that it can be sent and printed."""

    start = forms.DateField(label="从哪天起", help_text="收件、受理或作出决定的那一天，当天不计。")
    count = forms.IntegerField(label="期限", min_value=0, max_value=LONGEST_COUNT)
    unit = forms.ChoiceField(label="单位", choices=UNITS)
    region = forms.ChoiceField(label="地区", required=False, help_text="有自己法定假日的地区才需要选。")

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions = regions
        self.fields.update(_pause_fields())
        for name, field in self.fields.items():
            dress(name, field)
        self.fields["region"].choices = [("", "全国"), *regions]  # type: ignore[attr-defined]
        if not regions:
            del self.fields["region"]

    def layout(self) -> Layout:
        """The limit on one line, pauses below under their own heading."""
        region = ["region"] if self.regions else []
        rows = [Row(f"pause_start_{n}", f"pause_end_{n}") for n in range(1, PAUSES + 1)]
        return Layout(
            "start", Row("count", "unit"), *region, Fieldset("停表（没有就不填）", *rows, css_class="form-section")
        )

    @property
    def limit(self) -> Limit:
        """The limit asked about; only after validation."""
        return Limit(self.cleaned_data["count"], self.cleaned_data["unit"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        for number in range(1, PAUSES + 1):
            begin, end = (data.get(f"pause_{edge}_{number}") for edge in ("start", "end"))
            names = (f"pause_start_{number}", f"pause_end_{number}")
            if bool(begin) != bool(end) and not any(name in self.errors for name in names):
                self.add_error(names[bool(begin)], "停表的开始日和结束日要一起填；还没有恢复的，结束日填今天。")
            if begin and end and end < begin:
                self.add_error(names[1], "停表的结束日不能早于开始日，请改正其中一个。")
        return data


def _pause_fields() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for number in range(1, PAUSES + 1):
        fields[f"pause_start_{number}"] = forms.DateField(label=f"第 {number} 次停表开始日", required=False)
        fields[f"pause_end_{number}"] = forms.DateField(label=f"第 {number} 次停表结束日", required=False)
    return fields
