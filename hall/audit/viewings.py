"""Who had the full data of people shown, how often, and why, from the events of the ledger (P10, U06).

Rooms above announce their kinds of events. Opening a scan a citizen handed in is work on the case and counts apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.audit.scope import events_for
from hall.ledger import kinds
from hall.ledger.models import Event

_kinds: set[str] = set()


def also(kind: str) -> None:
    """Announce another kind of event with which full data are shown. Called from AppConfig.ready."""
    _kinds.add(kind)


def visible_to(user: User) -> QuerySet[Event]:
    """The newest first, with who looked."""
    return events_for(user).filter(kind__in=_kinds).select_related("actor__staff__department")


def person_of(key: str, user: User) -> User | None:
    """Somebody who looked at what the user may see; nobody else has a name here."""
    found = visible_to(user).filter(actor=int(key)).first()
    return found.actor if found and isinstance(found.actor, User) else None


def counted_on(day: date) -> dict[int, int]:
    """How often each account had full data shown on a Beijing day, whatever the center of the case."""
    rows = Event.objects.filter(_within(day, day), kind__in=_kinds, actor__isnull=False).order_by()
    return dict(rows.values("actor").annotate(times=Count("pk")).values_list("actor", "times"))


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the table of people. `over`: more often today than the hall allows without asking."""

    pk: int
    name: str
    place: str
    today: int
    month: int
    over: bool


def people(user: User, today: date, limit: int) -> list[Person]:
    """Who looked this month at what the user may see, the most of today first."""
    rows = visible_to(user).filter(_within(today.replace(day=1), today), actor__isnull=False).order_by()
    counted = rows.values("actor").annotate(today=Count("pk", filter=_within(today, today)), month=Count("pk"))
    numbers = {row["actor"]: row for row in counted.order_by("-today", "-month", "actor")[:100]}
    accounts = User.objects.select_related("staff__department", "staff__center").in_bulk(list(numbers))
    return [
        Person(pk, accounts[pk].display_name, _place(accounts[pk]), row["today"], row["month"], row["today"] > limit)
        for pk, row in numbers.items()
    ]


@dataclass(frozen=True, slots=True)
class Line:
    """One look."""

    at: datetime
    who: str
    what: str
    docket: str
    reason: str


def lines(events: Iterable[Event]) -> Iterator[Line]:
    """Events as lines of the page and of its file."""
    for event in events:
        who = event.actor.display_name if isinstance(event.actor, User) else "—"
        reason = str(event.data.get("reason", ""))
        yield Line(event.occurred_at, who, kinds.label_of(event.kind), event.docket, reason)


def _place(account: User) -> str:
    if account.staff is None:
        return ""
    return account.staff.department.name if account.staff.department else account.staff.center.name


def _within(first: date, last: date) -> Q:
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    return Q(occurred_at__gte=begin, occurred_at__lt=end)
