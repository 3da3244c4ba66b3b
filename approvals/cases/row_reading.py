"""The lines of a list of cases, read by their keys in two statements.

A clerk opens such a list after every deed. Read as objects, fifty lines were five statements over eleven tables, put
together anew for each page, and more columns than words on the page; that took longer than the list itself.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import CharField, QuerySet
from django.utils import timezone

from approvals.cases import clock
from approvals.cases.clock import Lamp, LampKind
from approvals.cases.enums import CaseState, Channel, PartyRole
from approvals.cases.models import Case, ClockRow, Handover, Party
from approvals.catalogue.models import ItemVersion
from hall.exports.tables import Column
from hall.organisation.models import Center, Department, Staff
from hall.prepared import Prepared
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

# The class that gives a lamp shape and colour (tokens.css).
LAMP_CSS: Final[Mapping[LampKind, str]] = {
    LampKind.NORMAL: "ok",
    LampKind.PAUSED: "hold",
    LampKind.DUE_SOON: "warn",
    LampKind.OVER_PROMISE: "late",
    LampKind.OVER_STATUTE: "breach",
}
_STATES: Final[Mapping[str, str]] = dict(CaseState.choices)
_CHANNELS: Final[Mapping[str, str]] = dict(Channel.choices)
_AT_ONCE: Final = 500


COLUMNS: Final = (
    Column("docket", "办件编号"), Column("item", "事项"), Column("applicant", "申请人"), Column("center", "中心"),
    Column("department", "部门"), Column("state", "环节"), Column("lamp", "信号"), Column("due", "到期", "date"),
    Column("received", "收件", "datetime"), Column("channel", "渠道"), Column("handler", "经办"),
    Column("offered", "待接收"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, in the words it shows; `due` only where the clock of the lamp runs."""

    docket: str
    item: str
    applicant: str
    center: str
    department: str
    state: str
    lamp: Lamp | None
    css: str
    due: date | None
    received_at: datetime
    channel: str
    handler: str
    offered_to: str = ""


def rows(cases: "QuerySet[Case]", at: datetime) -> list[Row]:
    """The lines of these cases in their order, with masked names and lamps in words (law 13)."""
    return _read(list(cases.values_list("pk", flat=True)), at)


def cells(cases: "QuerySet[Case]", at: datetime) -> Iterator[tuple[Any, ...]]:
    """The lines of a list of any length as a file takes them, read a piece at a time."""
    keys = cases.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE)
    while piece := list(islice(keys, _AT_ONCE)):
        for row in _read(piece, at):
            yield (
                row.docket, row.item, row.applicant, row.center, row.department, row.state,
                row.lamp.text if row.lamp else "", row.due, row.received_at, row.channel, row.handler, row.offered_to,
            )  # fmt: skip


# Every name by its key: nothing is joined that the planner could take for the larger part.
_LINES: Final = """
SELECT c.id, c.docket::text, c.state::text, c.channel::text, c.received_at,
    (SELECT v.name::text FROM {version} v WHERE v.id = c.version_filed_id),
    (SELECT d.name::text FROM {department} d WHERE d.id = c.department_id),
    (SELECT s.name::text FROM {staff} s WHERE s.id = c.handler_id),
    (SELECT ARRAY[k.name::text, k.region_id::text] FROM {center} k WHERE k.id = c.center_id),
    (SELECT ARRAY[p.id::text, p.kind::text, p.name::text] FROM {party} p WHERE p.case_id = c.id AND p.role = $2),
    (SELECT s.name::text FROM {handover} h JOIN {staff} s ON s.id = h.to_staff_id
        WHERE h.case_id = c.id AND h.accepted_at IS NULL AND h.declined_at IS NULL)
FROM unnest($1) WITH ORDINALITY AS wanted(id, place) JOIN {case} c ON c.id = wanted.id ORDER BY wanted.place
"""
_CLOCKS: Final = "SELECT {columns} FROM {clock} WHERE case_id = ANY($1) AND ended_on IS NULL ORDER BY due, id"
_TABLES: Final = {
    "case": Case, "version": ItemVersion, "department": Department, "staff": Staff, "center": Center, "party": Party,
    "handover": Handover,
}  # fmt: skip
# What a lamp looks at: `as_deadline` reads these and no other.
_OF_A_CLOCK: Final = (
    "id", "case_id", "clock", "subject", "label", "start_on", "unit", "due", "due_at", "promise_due", "statute_due",
    "warn_from", "late_from", "statute_late_from", "next_look_at", "provisional", "stopped", "statute_stopped",
    "stop_label", "stop_since", "stop_overrun",
)  # fmt: skip


@cache
def _lines() -> Prepared:
    tables = {name: model._meta.db_table for name, model in _TABLES.items()}
    return Prepared("list_lines", ("uuid[]", "text"), _LINES.format(**tables))


@cache
def _clocks() -> Prepared:
    texts = {field.column for field in ClockRow._meta.concrete_fields if isinstance(field, CharField)}
    columns = ", ".join(f"{name}::text" if name in texts else name for name in _OF_A_CLOCK)
    sql = _CLOCKS.format(columns=columns, clock=ClockRow._meta.db_table)
    return Prepared("list_clocks", ("uuid[]",), sql)


def _read(keys: list[UUID], at: datetime) -> list[Row]:
    if not keys:
        return []
    running = defaultdict[UUID, list[ClockRow]](list)
    with connection.cursor() as cursor:
        _clocks().execute(cursor, (keys,))
        for values in cursor.fetchall():
            running[values[1]].append(ClockRow.from_db(DEFAULT_DB_ALIAS, _OF_A_CLOCK, values))
        _lines().execute(cursor, (keys, PartyRole.APPLICANT.value))
        found = cursor.fetchall()
    asked = cache(calendar_for)  # once per region, not once per row
    return [_row(line, running[line[0]], asked(line[8][1]), at) for line in found]


def _row(line: Sequence[Any], clocks: Sequence[ClockRow], calendar: Calendar, at: datetime) -> Row:
    _, docket, state, channel, received_at, item, department, handler, (center, _), party, offered_to = line
    lamp, row = _shown(clocks, calendar, at) or (None, None)
    return Row(
        docket=docket,
        item=item,
        applicant=_masked(*party) if party else "",
        center=center,
        department=department,
        state=_STATES.get(state, state),
        lamp=lamp,
        css=LAMP_CSS[lamp.kind] if lamp else "off",
        due=row.due if row and not row.stopped else None,
        received_at=received_at,
        channel=_CHANNELS.get(channel, channel),
        handler=handler,
        offered_to=offered_to or "",
    )


def _shown(clocks: Sequence[ClockRow], calendar: Calendar, at: datetime) -> tuple[Lamp, ClockRow] | None:
    """The gravest lamp, of several as grave the one due first, and the clock it speaks of."""
    local = timezone.localtime(at)
    lamps = [clock.lamp(row.as_deadline(), calendar, today=local.date(), at=local) for row in clocks]
    gravest = clock.gravest(lamps)
    return next(((lamp, row) for lamp, row in zip(lamps, clocks, strict=True) if lamp is gravest), None)


def _masked(key: str, kind: str, sealed: str) -> str:
    name = Party._meta.get_field("name").from_db_value(sealed, None, connection)
    return Party.from_db(DEFAULT_DB_ALIAS, ("id", "kind", "name"), (key, kind, name)).masked_name
