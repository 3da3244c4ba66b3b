"""What a report asked for by hand needs: which center, week or month, and a day of it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from hall.facts.periods import FIRST_YEAR, LAST_YEAR, Period, PeriodKind, holding
from hall.forms import HallForm
from hall.organisation.models import Center
from hall.reports.enums import REPORT_KINDS


class AskForm(HallForm):
    """A center of the person's own, and the period that holds a day."""

    center = forms.ModelChoiceField(label="中心", queryset=Center.objects.none())
    kind = forms.ChoiceField(label="种类", choices=REPORT_KINDS, widget=forms.RadioSelect)
    day = forms.DateField(label="哪一天所在的周或月", help_text="例如 2026-10-31：周报写这一周，月报写这一个月。")

    def __init__(self, *args: Any, centers: QuerySet[Center], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = centers  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """A year outside of those people report on is a typing error; its weeks may not even exist."""
        day: date = self.cleaned_data["day"]
        if not FIRST_YEAR < day.year < LAST_YEAR:
            raise forms.ValidationError(f"年份要在 {FIRST_YEAR + 1} 和 {LAST_YEAR - 1} 之间。")
        return day

    def period(self) -> Period:
        """The week or month asked for; call it on a valid form."""
        return holding(PeriodKind(self.cleaned_data["kind"]), self.cleaned_data["day"])
