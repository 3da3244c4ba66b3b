"""Who took which list out of the house, when and what for: what the ledger knows of every file that left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from hall.access.models import User
from hall.access.scope import centers_of
from hall.exports.chosen import UNKEPT
from hall.exports.enums import Format
from hall.facts.periods import midnight
from hall.ledger import kinds
from hall.ledger.models import Event

TAKEN = "exports.taken"
_kinds = {TAKEN}


def also(kind: str) -> None:
    """Announce another kind of event with which something leaves the house. Called from AppConfig.ready."""
    _kinds.add(kind)


def visible_to(user: User) -> QuerySet[Event]:
    """The newest first, of one's centers; what no center stands for is read by who belongs to none."""
    codes: Any = centers_of(user).annotate(joined=Concat("region6", Value(""), "center_no")).values("joined")
    seen = Q(center_code__in=codes) | (Q(center_code="") if user.staff is None else Q(actor=user))
    rows = Event.objects.filter(seen, kind__in=_kinds).select_related("actor__staff")
    return rows.order_by("-occurred_at", "-id")


def taken_alone(by: User, title: str, *, besides: dict[str, str], at: datetime) -> int:
    """Rows of one list that left with a person, without a second one, on the Beijing day of `at`.

    A part of the list is known by its filters, and counts once, however often it was taken; `besides` is the part that
    is asked for now. What was found by typed words counts each time: the ledger does not know the words.
    """
    day = timezone.localdate(at)
    events = Event.objects.filter(
        kind__in=_kinds, actor=by, data__title=title,
        occurred_at__gte=midnight(day), occurred_at__lt=midnight(day + timedelta(days=1)),
    )  # fmt: skip
    parts: dict[object, int] = {}
    for number, data in enumerate(events.exclude(data__has_key="clearance").values_list("data", flat=True)):
        part = data.get("filters") or {}
        known = number if UNKEPT in part.values() else tuple(sorted(part.items()))
        parts[known] = max(parts.get(known, 0), data.get("rows") or 0)
    if UNKEPT not in besides.values():
        parts.pop(tuple(sorted(besides.items())), None)
    return sum(parts.values())


@dataclass(frozen=True, slots=True)
class Line:
    """One file that left. `rows` None where the event does not say how many."""

    at: datetime
    who: str
    title: str
    rows: int | None
    form: str
    reason: str
    filters: str


def lines(events: Iterable[Any]) -> Iterator[Line]:
    """Events as lines of the page and of its own file."""
    for event in events:
        data = event.data
        form = data.get("format", Format.XLSX)
        yield Line(
            at=event.occurred_at,
            who=event.actor.display_name if event.actor else "系统管理员（命令行）",
            title=data.get("title") or kinds.label_of(event.kind),
            rows=data.get("rows", data.get("cases")),
            form=str(form).upper(),
            reason=str(data.get("reason", "")) + ("（第二人已批准）" if data.get("clearance") else ""),
            filters=_filters(data),
        )


def _filters(data: dict[str, Any]) -> str:
    """What the list was narrowed by, as it stands in the ledger."""
    if "since" in data:
        return f"收件 {data['since']} 至 {data['until']}"
    chosen = data.get("filters")
    return "；".join(f"{label} {words}" for label, words in chosen.items()) if isinstance(chosen, dict) else ""
