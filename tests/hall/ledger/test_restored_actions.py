"""What was given out in the time that is lost is not given out again (D12)."""

from datetime import date

import pytest
from django.db import connection, transaction

from hall.ledger import actions
from hall.ledger import restored_actions as restored
from hall.ledger.models import Counter, DocketCounter
from hall.ledger.numbers import parse
from tests.hall.ledger.builders import AT

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 4, 13), date(2026, 4, 14)


def filed(on: date = TODAY) -> int:
    with transaction.atomic():
        return parse(actions.next_docket(region6="130302", center4="0012", on=on)).serial


def test_d12_a_day_goes_on_a_thousand_numbers_further() -> None:
    assert (filed(), filed()) == (1, 2)
    assert restored.skip_dockets(centers=["1303020012"], days=[TODAY]) == 1
    assert filed() == 1003


def test_d12_a_day_of_which_the_restored_database_knows_nothing_starts_there() -> None:
    restored.skip_dockets(centers=["1303020012"], days=[TODAY, TOMORROW])
    assert filed(TOMORROW) == 1001


def test_d12_other_days_go_on_as_they_were() -> None:
    filed()
    restored.skip_dockets(centers=["1303020012"], days=[TOMORROW])
    assert filed() == 2


def test_d12_twice_skips_twice_and_never_back() -> None:
    for _ in range(2):
        restored.skip_dockets(centers=["1303020012"], days=[TODAY])
    assert DocketCounter.objects.get().last == 2000


def test_d12_series_of_documents_go_on_further() -> None:
    with transaction.atomic():
        actions.next_document_no(center="130302", mark="受", year=2026)
    assert restored.skip_documents() == Counter.objects.count() == 1
    with transaction.atomic():
        assert actions.next_document_no(center="130302", mark="受", year=2026) == "130302-受-2026-01002"


def test_d12_ids_go_on_a_million_further() -> None:
    def event() -> int:
        return actions.append(docket="", kind="access.opened", center_code="", actor=None, occurred_at=AT, data={}).pk

    before = event()
    assert restored.skip_ids() > 100
    assert event() > before + restored.IDS_SKIPPED


def test_a_short_sequence_stops_at_its_end_instead_of_failing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE public.short_one MAXVALUE 1000")
        restored.skip_ids()
        cursor.execute("SELECT last_value FROM public.short_one")
        assert cursor.fetchone() == (1000,)
