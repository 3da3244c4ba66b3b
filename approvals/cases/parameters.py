"""The dated, sourced numbers of this room, kept among those of all rooms and read several at a time.

The newest one in force holds, a center's own before the general one.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from django.db.models import F, Q, QuerySet

from approvals.cases.enums import ParameterKey
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import LapseRule
from hall.facts.models import Setting
from hall.facts.parameters import Key, declare
from hall.organisation.models import Center

_SPANS: Final = {
    ParameterKey.WARN_LAST_DAYS: ("个工作日", 0, 30),
    ParameterKey.WARN_SHARE: ("%", 0, 100),
    ParameterKey.QUERY_CODE_HOURS: ("小时", 1, 24),
    ParameterKey.BACKDATE_DAYS: ("天", 0, 30),
    ParameterKey.SUPPLEMENT_DAYS: ("个工作日", 1, 60),
    ParameterKey.TELL_FROM_HOUR: ("点", 0, 23),
    ParameterKey.TELL_UNTIL_HOUR: ("点", 1, 24),
}


class MissingParameter(LookupError):
    """No value is in force; the migration seeds every key, so somebody deleted it."""


def announce() -> None:
    """Show the keys on the page of numbers, each with the span of sense; called once from AppConfig.ready."""
    for key, (unit, least, most) in _SPANS.items():
        declare(Key(key.value, str(key.label), unit, least, most))


def in_force(keys: Sequence[ParameterKey], *, center: int | None, on: date) -> QuerySet[Setting]:
    """The row of each key that holds for a center on a day."""
    return (
        Setting.objects.filter(Q(center_id=center) | Q(center__isnull=True), key__in=keys, effective_from__lte=on)
        .order_by("key", F("center_id").asc(nulls_last=True), "-effective_from")
        .distinct("key")
    )


def complete(keys: Sequence[ParameterKey], rows: Iterable[tuple[str, int]]) -> dict[ParameterKey, int]:
    """Rows of key and value as numbers. Raises MissingParameter for a key without a row."""
    found = {ParameterKey(key): value for key, value in rows}
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
