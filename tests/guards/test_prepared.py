"""D07: what the running program has prepared goes on while a migration widens the columns it reads."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import NotSupportedError, connection, transaction
from django.db.models import CharField

from approvals.cases import codes, public_page, queries, row_reading
from approvals.cases.enums import ParameterKey
from approvals.cases.models import Case
from approvals.cases.public_reading import read
from approvals.cases.standing import standing
from approvals.catalogue.reading import read_version
from hall.ledger import limit_actions
from hall.organisation.models import Staff
from hall.organisation.queries import is_absent, represented_keys
from hall.organisation.reading import house_and_person
from hall.outbox.queries import unread_count
from hall.prepared import _KNOWN
from hall.workdays.calendars import calendar_for
from hall.workdays.queries import is_recalculating
from tests.approvals.cases.ways import FRIDAY
from tests.builders import Hall, make_case

pytestmark = pytest.mark.django_db


def replace_department(hall: Hall) -> Staff:
    """Somebody at a comprehensive window."""
    staff = Staff.objects.get(pk=hall.other_clerk.staff_id)
    staff.department = None
    return staff


def everything_prepared(hall: Hall, case: Case) -> dict[str, Callable[[], Any]]:
    """Each reading of the house that goes by a prepared statement, by the names of its statements."""
    staff = hall.clerk.staff
    assert staff is not None
    code, of_department, of_center = case.version_filed.item.code, hall.clerk, hall.other_clerk
    of_center.staff = replace_department(hall)
    tries = limit_actions.Allowance("guard", 9, timedelta(minutes=1))
    return {
        "list_clocks list_lines": lambda: row_reading.rows(Case.objects.filter(pk=case.pk), FRIDAY),
        "catalogue_version": lambda: read_version(case.version_filed_id),
        "house_and_person": lambda: house_and_person(staff.pk),
        "public_reading": lambda: read(case.docket, kinds=public_page.KINDS),
        "query_code_digest": lambda: codes.stored(case.docket),
        "standing_": lambda: standing(case.center, on=FRIDAY.date(), keys=(ParameterKey.QUERY_CODE_HOURS,)),
        "absent_now": lambda: is_absent(staff, FRIDAY),
        "represented_now": lambda: represented_keys(staff, FRIDAY),
        "unread_entries": lambda: unread_count(hall.clerk),
        "calendar_token": calendar_for,
        "recalculating": is_recalculating,
        "applied_before": lambda: queries.earlier_cases(hall.clerk, "110101199003070011"),
        "offered_to": lambda: list(queries.offers_to(hall.clerk)),
        "published_in_center published_in_department": lambda: [
            queries.item_for_window(user, code) for user in (of_department, of_center)
        ],
        "count_": lambda: limit_actions.count((tries, "a"), read=[(tries, "b")], at=FRIDAY),
    }


def widen_every_text() -> int:
    """As `AlterField(max_length=…)` does it, over all tables; how many columns."""
    columns = [
        (model._meta.db_table, field.column, field.max_length)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, CharField) and field.max_length
    ]
    widened = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, column, length in columns:
            # A column that a trigger names cannot be widened by any migration before the trigger goes.
            with suppress(NotSupportedError), transaction.atomic():
                cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE varchar({length + 7})')
                widened += 1
    return widened


def test_d07_no_wider_column_stops_what_is_prepared(hall: Hall) -> None:
    asked = everything_prepared(hall, make_case(hall))
    before = {names: reading() for names, reading in asked.items()}
    assert before["published_in_center published_in_department"][1] is not None
    assert widen_every_text() > 300
    for names, reading in asked.items():
        assert type(reading()) is type(before[names]), names


def test_every_statement_that_is_prepared_is_tried(hall: Hall) -> None:
    asked = everything_prepared(hall, make_case(hall))
    for reading in asked.values():
        reading()
    tried = _KNOWN[connection.connection]
    written = {
        name
        for file in (*Path("hall").rglob("*.py"), *Path("approvals").rglob("*.py"))
        for name in re.findall(r'\bPrepared(?:Query)?\(\s*f?"([a-z_]+)', file.read_text())
    }
    assert len(written) > 14
    assert {name for name in written if not any(known.startswith(name) for known in tried)} == set()
