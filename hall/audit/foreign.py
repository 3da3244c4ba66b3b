"""What was changed behind the doors, as the database itself put it on record (hall.ledger.guards.accounted, U02)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.apps import apps
from django.db.models import QuerySet

from hall.access.health import Sign
from hall.access.models import User
from hall.audit.scope import events_for
from hall.ledger.models import Event

KIND: Final = "ledger.foreign"
DEEDS: Final = {"INSERT": "增加", "UPDATE": "修改", "DELETE": "删除"}
LATELY: Final = timedelta(days=1)


def visible_to(user: User) -> QuerySet[Event]:
    """The newest first."""
    return events_for(user).filter(kind=KIND)


def since(moment: datetime) -> QuerySet[Event]:
    """All of the house, by the moment the database recorded."""
    return Event.objects.filter(kind=KIND, occurred_at__gte=moment)


def sign(at: datetime) -> Sign:
    """A line of the health page: nobody changes rows of a running hall by hand without somebody noticing."""
    number = since(at - LATELY).count()
    says = f"24 小时内 {number} 次，见“审计”" if number else "24 小时内没有"
    return Sign("绕过系统改动数据", number == 0, says, vital=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction that wrote no event: by which role of the database, from where, and the first row it touched."""

    at: datetime
    role: str
    source: str
    deed: str
    what: str
    row: str
    docket: str


def lines(events: Iterable[Event]) -> Iterator[Line]:
    """Events as lines of the page and of its file."""
    names = {model._meta.db_table: str(model._meta.verbose_name) for model in apps.get_models()}
    for event in events:
        data = {key: str(event.data.get(key, "")) for key in ("role", "from", "deed", "table", "row")}
        what = names.get(data["table"], data["table"])
        deed = DEEDS.get(data["deed"], data["deed"])
        source = {"local": "本机", "": "事后核对发现"}.get(data["from"], data["from"])
        role = data["role"].removeprefix("db:")
        yield Line(event.occurred_at, role, source, deed, what, data["row"], event.docket)
