"""The dated, sourced numbers of this room: the newest one in force, a center's own before the general one."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F, Q, QuerySet

from approvals.cases.enums import ParameterKey
from approvals.cases.models import Parameter
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.organisation.models import Center


class MissingParameter(LookupError):
    """No value is in force; the migration seeds every key, so somebody deleted it."""


def in_force(keys: Sequence[ParameterKey], *, center: int | None, on: date) -> QuerySet[Parameter]:
    """The row of each key that holds for a center on a day."""
    return (
        Parameter.objects.filter(Q(center_id=center) | Q(center__isnull=True), key__in=keys, effective_from__lte=on)
        .order_by("key", F("center_id").asc(nulls_last=True), "-effective_from")
        .distinct("key")
    )


def complete(keys: Sequence[ParameterKey], rows: Iterable[tuple[str, str]]) -> dict[ParameterKey, int]:
    """Rows of key and value as numbers. Raises MissingParameter for a key without a row."""
    found = {ParameterKey(key): int(value) for key, value in rows}
    for key in keys:
        if key not in found:
            raise MissingParameter(f"没有生效的参数“{key.label}”")
    return found


def whole_numbers(keys: Sequence[ParameterKey], *, center: int | None, on: date) -> dict[ParameterKey, int]:
    """The settings that hold for a center on a day, as numbers, in one query. Raises MissingParameter."""
    return complete(keys, in_force(keys, center=center, on=on).values_list("key", "value"))


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
