"""Text on its way through COPY arrives as it was."""

from datetime import date

import pytest
from django.db import connection

from approvals.city.copying import Sheet, unindexed
from hall.facts.models import Setting
from hall.ledger.models import Heartbeat
from tests.builders import moment

pytestmark = pytest.mark.django_db
COLUMNS = ("key", "value", "source", "effective_from")


@pytest.mark.parametrize("text", ["甲\t乙", "a\\b", "两\n行", "\\N", "'; DROP TABLE x; --", "𠀀"])
def test_any_text_arrives(text: str) -> None:
    sheet = Sheet(Setting, COLUMNS)
    sheet.add("city.test", 3, text, date(2026, 1, 1))
    sheet.flush()
    assert Setting.objects.get(key="city.test").source == text


def test_what_is_not_named_gets_its_default() -> None:
    sheet = Sheet(Heartbeat, ("name", "finished_at"))
    sheet.add("city", moment("2026-05-01 09:00"))
    sheet.flush()
    assert Heartbeat.objects.get(name="city").note == ""


def test_nothing_stays_null() -> None:
    sheet = Sheet(Setting, (*COLUMNS, "center"))
    sheet.add("city.test", 3, "x", date(2026, 1, 1), None)
    sheet.flush()
    assert Setting.objects.get(key="city.test").center_id is None


def test_rows_are_counted_and_sent_once() -> None:
    sheet = Sheet(Setting, COLUMNS)
    sheet.add("city.test", 3, "x", date(2026, 1, 1))
    sheet.flush()
    sheet.flush()
    assert (sheet.count, Setting.objects.filter(key="city.test").count()) == (1, 1)


def indexes(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        return {name for (name,) in cursor.fetchall()}


def test_indexes_come_back_whatever_happens() -> None:
    before = indexes("cases_clockrow")
    seen: list[set[str]] = []

    def fail() -> None:
        with unindexed(["cases_clockrow"]):
            seen.append(indexes("cases_clockrow"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert seen[0] < before
    assert indexes("cases_clockrow") == before
