"""The dated, sourced numbers of this room: the newest one in force, a center's own before the general one."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q

from approvals.cases.enums import ParameterKey
from approvals.cases.models import Parameter
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.organisation.models import Center


class MissingParameter(LookupError):
    """No value is in force; the migration seeds every key, so somebody deleted it."""


def whole_numbers(keys: Sequence[ParameterKey], *, center: int | None, on: date) -> dict[ParameterKey, int]:
    """The settings that hold for a center on a day, as numbers, in one query. Raises MissingParameter."""
    rows = (
        Parameter.objects.filter(Q(center_id=center) | Q(center__isnull=True), key__in=keys, effective_from__lte=on)
        .order_by("key", F("center_id").asc(nulls_last=True), "-effective_from")
        .distinct("key")
        .values_list("key", "value")
    )
    found = {ParameterKey(key): int(value) for key, value in rows}
    for key in keys:
        if key not in found:
            raise MissingParameter(f"没有生效的参数“{key.label}”")
    return found


def whole_number(key: ParameterKey, *, center: int | None, on: date) -> int:
    """One of them."""
    return whole_numbers([key], center=center, on=on)[key]


def lapse_rule(center: Center, subject: LapseSubject, on: date) -> LapseRule | None:
    """The rule by which what never came counts as withdrawal at this center, or None: then nothing lapses (law 7)."""
    return (
        LapseRule.objects.filter(center=center, subject=subject, effective_from__lte=on)
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gte=on))
        .order_by("-effective_from")
        .first()
    )
