"""The filter above a list. It lives in the address, so it holds no name and no number of a person (law 13)."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from approvals.cases.clock import LampKind
from approvals.cases.enums import CaseState, Channel
from approvals.cases.listing import LAMP_LABELS, SORTS
from approvals.cases.models import Case
from hall.access.models import User
from hall.access.scope import centers_of
from hall.forms import HallForm
from hall.organisation.models import Staff

SORT_LABELS = {"urgency": "最急在前", "due": "到期日", "received": "收件时间", "docket": "编号", "item": "事项"}


class FilterForm(HallForm):
    """Every field optional; what does not parse is left out and said beside its field."""

    q = forms.CharField(
        label="编号或事项", max_length=60, required=False, help_text="按姓名查请用顶部的查找，姓名不进地址栏。"
    )
    lamp = forms.ChoiceField(
        label="信号", choices=[("", "全部"), *((k.value, v) for k, v in LAMP_LABELS.items())], required=False
    )
    state = forms.ChoiceField(label="环节", choices=[("", "全部"), *CaseState.choices], required=False)
    channel = forms.ChoiceField(label="渠道", choices=[("", "全部"), *Channel.choices], required=False)
    handler = forms.ModelChoiceField(
        label="经办", queryset=Staff.objects.none(), required=False, empty_label="全部", to_field_name="number"
    )
    since = forms.DateField(label="收件自", required=False)
    until = forms.DateField(label="收件至", required=False)
    sort = forms.ChoiceField(label="排序", choices=[(k, SORT_LABELS[k]) for k in SORTS], required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        staff = Staff.objects.filter(center__in=centers_of(user), left_on__isnull=True)
        if user.staff is not None and user.staff.department_id is not None:
            staff = staff.filter(department_id=user.staff.department_id)
        self.fields["handler"].queryset = staff.only("number", "name").order_by("number")  # type: ignore[attr-defined]
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "收件至不能早于收件自。")
        return data

    def narrow(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Apply everything but the lamp, which the tabs count."""
        data = self.cleaned_data
        exact = {"state": data.get("state"), "channel": data.get("channel"), "handler": data.get("handler")}
        cases = cases.filter(**{name: value for name, value in exact.items() if value})
        if data.get("since"):
            cases = cases.filter(received_at__date__gte=data["since"])
        if data.get("until"):
            cases = cases.filter(received_at__date__lte=data["until"])
        return cases.filter(_word(data["q"])) if data.get("q") else cases

    @property
    def lamp_chosen(self) -> str:
        """The chosen lamp, empty for all."""
        chosen = self.cleaned_data.get("lamp", "")
        return chosen if chosen in {kind.value for kind in LampKind} else ""

    @property
    def order(self) -> str:
        return str(self.cleaned_data.get("sort") or "urgency")


def _word(typed: str) -> Q:
    compact = "".join(c for c in typed if c.isalnum()).upper()
    digits = compact if compact.rstrip("X").isdigit() else ""
    item = Q(version_filed__name__icontains=typed) | Q(version_filed__item__initials__startswith=typed.lower())
    return item | Q(docket__contains=digits) | Q(legacy_number=typed) if digits else item | Q(legacy_number=typed)
