"""What holds at a center on the day something is filed: numbers, calendar, kind of installation, in one query.

Filing is what clerks do all day; asked one by one these would be five queries of a filing's dozen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery

from approvals.cases.clock import WarnRule
from approvals.cases.enums import ParameterKey
from approvals.cases.parameters import complete, in_force
from hall.organisation.models import Center, Installation
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
    rows = in_force(wanted, center=center.pk, on=on).annotate(
        token=Subquery(CalendarVersion.objects.values("token")[:1]),
        demonstration=Subquery(Installation.objects.values("demonstration")[:1]),
    )
    found = list(rows.values_list("key", "value", "token", "demonstration"))
    numbers = complete(wanted, ((key, value) for key, value, _, _ in found))
    _, _, token, demonstration = found[0]
    return Standing(numbers, calendars.under(token, center.region_id or ""), bool(demonstration))
