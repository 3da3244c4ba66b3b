"""What lists ask: a new handler for chosen cases, a name for a filter, a word to find."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from approvals.cases.reach import can_hold
from hall.access.models import User
from hall.forms import HallForm
from hall.organisation.models import Staff
from hall.privacy.validators import no_numbers


def colleagues(user: User) -> QuerySet[Staff]:
    """Who may take a case from this person: the same department's staff who work on cases, or the whole center's for a
    comprehensive window."""
    if user.staff is None:
        return Staff.objects.none()
    staff = Staff.objects.filter(can_hold(), center=user.staff.center, left_on__isnull=True).exclude(pk=user.staff.pk)
    if user.staff.department is not None:
        staff = staff.filter(department=user.staff.department)
    return staff.order_by("number")


class HandOverForm(HallForm):
    """Who takes the chosen cases, and why."""

    to = forms.ModelChoiceField(label="接收人", queryset=Staff.objects.none())
    reason = forms.CharField(label="移交理由", max_length=200, validators=[no_numbers])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues(user)  # type: ignore[attr-defined]


class SaveFilterForm(HallForm):
    """A name for the filter that is set."""

    name = forms.CharField(label="筛选名称", max_length=30, validators=[no_numbers])
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class FindForm(HallForm):
    """One word for everything: a docket number, a name or document number of an applicant, an item."""

    q = forms.CharField(label="查找", max_length=100)
