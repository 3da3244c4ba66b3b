"""What holds at a center on the day something is filed: numbers, calendar, kind of installation, in one query.

Filing is what clerks do all day; asked one by one these would be five queries of a filing's dozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zlib import crc32

from django.db.models import QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from approvals.cases.clock import WarnRule
from approvals.cases.enums import ParameterKey
from approvals.cases.parameters import complete, in_force
from hall.organisation.models import Center, Installation
from hall.prepared import A_DAY, A_KEY, PreparedQuery
from hall.workdays import calendars
from hall.workdays.arithmetic import Calendar
from hall.workdays.models import CalendarVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """The hall's numbers in force, the calendar of the center's region, and whether all this is a demonstration."""

    numbers: Mapping[ParameterKey, int]
    calendar: Calendar
    demonstration: bool

    @property
    def warn(self) -> WarnRule:
        """When the lamp turns 临期."""
        return WarnRule(self.numbers[ParameterKey.WARN_LAST_DAYS], self.numbers[ParameterKey.WARN_SHARE])


def standing(center: Center, *, on: date, keys: tuple[ParameterKey, ...]) -> Standing:
    """What holds at `center` on that day; `keys` beside the warning rule. Raises MissingParameter."""
    wanted = (ParameterKey.WARN_LAST_DAYS, ParameterKey.WARN_SHARE, *keys)
    found = _asked(wanted).rows(center.pk, on)
    numbers = complete(wanted, ((key, value) for key, value, _, _ in found))
    _, _, token, demonstration = found[0]
    return Standing(numbers, calendars.under(token, center.region_id or ""), bool(demonstration))


@cache
def _asked(wanted: tuple[ParameterKey, ...]) -> PreparedQuery:
    """The query for these keys, of which the name of the statement is made."""
    name = f"standing_{crc32(' '.join(wanted).encode()):08x}"
    return PreparedQuery(name, lambda center, on: _standing(wanted, center, on), A_KEY, A_DAY)


def _standing(wanted: tuple[ParameterKey, ...], center: int, on: date) -> QuerySet[Any, Any]:
    rows = in_force(wanted, center=center, on=on).annotate(
        token=Subquery(CalendarVersion.objects.values("token")[:1]),
        demonstration=Subquery(Installation.objects.values("demonstration")[:1]),
    )
    named = rows.annotate(name=Cast("key", TextField()))
    return named.values_list("name", "value", "token", "demonstration")
