"""A case read for the citizen's page, in one statement: this is the page half a city may open at once.

Eight statements of the object-relational mapper, put together anew for each answer, cost more than all the rest of it.
So the rows come as JSON and become the same objects; `public_page.build` makes the same page of a case read otherwise.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from approvals.cases.enums import PartyRole
from approvals.cases.models import Case, DeferredMaterial, Extension, Party, Pause, StepRecord, SupplementNotice
from approvals.catalogue.models import ItemVersion, Material, PauseGround, Regime
from hall.json_rows import keep, made, moment, pointing
from hall.ledger.models import Event
from hall.organisation.models import Center, Department, Installation, OpeningHours, Window
from hall.prepared import Prepared
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import under
from hall.workdays.models import CalendarVersion


class Happened(NamedTuple):
    """One event of the case."""

    kind: str
    occurred_at: datetime
    data: dict[str, Any]


class Read(NamedTuple):
    """The case with its parts at hand, whose it is, what happened, newest first, and whose page it is shown on."""

    case: Case
    applicant: Party
    happened: tuple[Happened, ...]
    calendar: Calendar
    house: Installation


# Every part by its key: no part is joined, so the planner has nothing to choose.
_READ: Final = """
SELECT row_to_json(c),
    (SELECT row_to_json(r) FROM {center} r WHERE r.id = c.center_id),
    (SELECT row_to_json(r) FROM {department} r WHERE r.id = c.department_id),
    (SELECT row_to_json(r) FROM {window} r WHERE r.id = c.window_id),
    (SELECT json_build_array(r, (SELECT row_to_json(g) FROM {regime} g WHERE g.id = r.regime_id))
        FROM {version} r WHERE r.id = c.version_filed_id),
    (SELECT row_to_json(r) FROM {extension} r WHERE r.case_id = c.id),
    (SELECT row_to_json(r) FROM {party} r WHERE r.case_id = c.id AND r.role = $3),
    (SELECT json_agg(r ORDER BY r.sequence) FROM {notice} r WHERE r.case_id = c.id),
    (SELECT json_agg(json_build_array(r, (SELECT row_to_json(g) FROM {ground} g WHERE g.id = r.ground_id))
        ORDER BY r.start_on, r.id) FROM {pause} r WHERE r.case_id = c.id),
    (SELECT json_agg(json_build_array(r, (SELECT row_to_json(m) FROM {material} m WHERE m.id = r.material_id))
        ORDER BY r.id) FROM {deferred} r WHERE r.case_id = c.id),
    (SELECT json_agg(r ORDER BY r.weekday, r.opens) FROM {hours} r WHERE r.center_id = c.center_id),
    (SELECT json_agg(json_build_array(e.kind, e.occurred_at, e.data) ORDER BY e.id DESC)
        FROM {event} e WHERE e.docket = c.docket AND e.kind = ANY($2)),
    (SELECT v.token FROM {calendar} v LIMIT 1),
    (SELECT row_to_json(i) FROM {house} i ORDER BY i.id LIMIT 1)
FROM {case} c WHERE c.docket = $1
"""
_TABLES: Final = {
    "case": Case, "center": Center, "department": Department, "window": Window, "version": ItemVersion,
    "regime": Regime, "extension": Extension, "party": Party, "notice": SupplementNotice, "pause": Pause,
    "ground": PauseGround, "deferred": DeferredMaterial, "material": Material, "hours": OpeningHours, "event": Event,
    "calendar": CalendarVersion, "house": Installation,
}  # fmt: skip


def read(docket: str, *, kinds: Sequence[str]) -> Read | None:
    """Everything `public_page.build` looks at, events of these kinds among it; None where there is no such case."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, (docket, list(kinds), PartyRole.APPLICANT.value))
        row = cursor.fetchone()
    if row is None or row[6] is None:
        return None
    case = _case(*row[:6])
    applicant = made(Party, row[6])
    keep(case, "notices", [made(SupplementNotice, one) for one in row[7] or ()])
    keep(case, "pauses", [pointing(made(Pause, one), ground=made(PauseGround, of)) for one, of in row[8] or ()])
    deferred = [pointing(made(DeferredMaterial, one), material=made(Material, of)) for one, of in row[9] or ()]
    keep(case, "deferred", deferred)
    keep(case, "steps", list[StepRecord]())  # no clock of a single step is shown to citizens
    keep(case.center, "opening_hours", [made(OpeningHours, one) for one in row[10] or ()])
    happened = tuple(Happened(kind, moment(at), data) for kind, at, data in row[11] or ())
    house = made(Installation, row[13]) if row[13] else Installation()
    return Read(case, applicant, happened, under(row[12] and UUID(str(row[12])), case.region_code), house)


@cache
def _statement() -> Prepared:
    """Planning fourteen look-ups by key took longer than making them."""
    tables = {name: model._meta.db_table for name, model in _TABLES.items()}
    return Prepared("public_reading", ("text", "text[]", "text"), _READ.format(**tables))


def _case(case: Any, center: Any, department: Any, window: Any, version: Any, extension: Any) -> Case:
    """The case with what it points at."""
    filed, regime = version
    known = pointing(
        made(Case, case),
        center=made(Center, center),
        department=made(Department, department),
        window=made(Window, window) if window else None,
        version_filed=pointing(made(ItemVersion, filed), regime=made(Regime, regime) if regime else None),
    )
    Case._meta.get_field("extension").set_cached_value(known, made(Extension, extension) if extension else None)
    return known
