"""Days off and opening hours as conditions of the database, so that a million cases are asked at once.

The pure answers are `hall.workdays.arithmetic` and `hall.workdays.opening`; tests hold these to the same days. A year
that no notice covers has its weekends only: nothing is guessed about it.
"""

from typing import Any, Final

from django.db.models import (
    CharField,
    DateField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, ExtractIsoWeekDay, Substr, TruncDate, TruncTime

from hall.facts.periods import BEIJING
from hall.organisation.enums import ExceptionKind, Weekday
from hall.organisation.models import OpeningException, OpeningHours
from hall.workdays.calendar_set import ANCESTOR_LENGTHS
from hall.workdays.enums import RowKind
from hall.workdays.models import CalendarDay

_REGION_LENGTH: Final = 12


def with_day(rows: QuerySet[Any], name: str, moment: str) -> QuerySet[Any]:
    """The rows with the Beijing day, hour and ISO weekday of a moment: `name`_day, `name`_hour, `name`_weekday."""
    return rows.alias(
        **{
            f"{name}_day": TruncDate(moment, tzinfo=BEIJING),
            f"{name}_hour": TruncTime(moment, tzinfo=BEIJING),
            f"{name}_weekday": ExtractIsoWeekDay(moment, tzinfo=BEIJING),
        }
    )


def with_day_off(rows: QuerySet[Any], name: str, *, region: str) -> QuerySet[Any]:
    """The rows with `name`_kind: what the notice nearest to the region says of the day, nothing where none names it."""
    lineage = [Value(""), *(_ancestor(region, length) for length in ANCESTOR_LENGTHS)]
    named = CalendarDay.objects.in_force().filter(date=OuterRef(f"{name}_day"), region__in=lineage)
    # Codes of a lineage sort from the nation down to the village.
    nearest = named.order_by("-region").values("kind")[:1]
    return rows.alias(**{f"{name}_kind": Coalesce(Subquery(nearest), Value(""), output_field=CharField())})


def _ancestor(region: str, length: int) -> Concat:
    zeros = "0" * (_REGION_LENGTH - length)
    return Concat(Substr(OuterRef(region), 1, length), Value(zeros), output_field=CharField())


def is_off(name: str) -> Q:
    """A day on which nobody has to work: named off, or a weekend that is not made up for."""
    weekend = Q(**{f"{name}_weekday__gte": Weekday.SATURDAY}) & ~Q(**{f"{name}_kind": RowKind.WORK})
    return Q(**{f"{name}_kind": RowKind.OFF}) | weekend


def is_worked(name: str) -> Q:
    """The other days. Of a moment that never came neither is true."""
    return Q(**{f"{name}_day__isnull": False}) & ~is_off(name)


def is_open(name: str, *, center: str) -> Q:
    """Within the opening hours of the center: those of the day where it differs, else those of the usual week.

    A weekend day that is made up for keeps the hours of a Monday. Hours by appointment are no opening hours.
    """
    hour = OuterRef(f"{name}_hour")
    within = {"center": OuterRef(center), "opens__lte": hour, "closes__gt": hour}
    special = OpeningException.objects.filter(center=OuterRef(center), on=OuterRef(f"{name}_day"))
    closed = Exists(special.filter(kind=ExceptionKind.CLOSED))
    differs = Exists(special.exclude(kind=ExceptionKind.APPOINTMENT))
    opened = Exists(OpeningException.objects.filter(**within, on=OuterRef(f"{name}_day"), kind=ExceptionKind.OPEN))
    usual = OpeningHours.objects.filter(**within)
    plain = Exists(usual.filter(weekday=OuterRef(f"{name}_weekday")))
    made_up = Exists(usual.filter(weekday=Weekday.MONDAY)) & Q(**{f"{name}_weekday__gte": Weekday.SATURDAY})
    return (opened & ~closed) | (~differs & (plain | made_up))


def has_hours(center: str) -> Exists:
    """Whether anybody entered the opening hours; without them nothing is outside of them."""
    return Exists(OpeningHours.objects.filter(center=OuterRef(center)))


class WorkdayAfter(Func):
    """The n-th working day after a day, by the national notices."""

    template = (
        "(SELECT each.day FROM (SELECT (%(expressions)s) + step AS day FROM generate_series(1, 60) AS step) each"
        " LEFT JOIN workdays_calendarday named ON named.date = each.day AND named.region = ''"
        " AND named.superseded_by_id IS NULL"
        " WHERE CASE named.kind WHEN 'off' THEN false WHEN 'work' THEN true"
        " ELSE extract(isodow FROM each.day) < 6 END"
        " ORDER BY each.day OFFSET %(before)s LIMIT 1)"
    )
    output_field = DateField()

    def __init__(self, day: Any, n: int) -> None:
        super().__init__(day, before=int(n) - 1)
