"""The numbers of a day laid end to end: across New Year, beyond 99,999, with void ones named (N02, N04, N05)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.cases.sequences import sequences
from hall.ledger.models import DocketCounter
from hall.ledger.numbers import parse
from tests.approvals.cases.ways import TUESDAY
from tests.builders import MONDAY, Hall, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
NEW_YEAR = moment("2026-01-01 00:00:00")


def of_day(day: date):
    return list(sequences(since=day, until=day))


def said(since: str, until: str) -> str:
    out = StringIO()
    call_command("check_numbers", f"--since={since}", f"--until={until}", stdout=out)
    return out.getvalue()


def test_n02_fifty_filings_across_new_year_fill_both_days(house: Hall):
    """Twenty-five in the last second of the old year, twenty-five in the first of the new one; the session in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    version = make_item_version(house.department)
    moments = [NEW_YEAR + timedelta(milliseconds=40 * step) for step in range(-25, 25)]
    dockets = [parse(make_case(house, version, at=at).docket) for at in moments]
    assert [(docket.day, docket.serial) for docket in dockets] == [
        *((date(2025, 12, 31), serial) for serial in range(1, 26)),
        *((date(2026, 1, 1), serial) for serial in range(1, 26)),
    ]
    years = {case.documents.get().number.split("-")[2] for case in Case.objects.filter(received_at__lt=NEW_YEAR)}
    assert years == {"2025"}


def test_n04_the_hundred_thousandth_case_of_a_day_is_a_case_like_any_other(client, house: Hall):
    DocketCounter.objects.create(center_code=house.center.code, day=MONDAY.date(), last=99_998)
    last, widened = (make_case(house) for _ in range(2))
    assert (len(last.docket), len(widened.docket)) == (24, 25)
    assert sorted([parse(widened.docket), parse(last.docket)]) == [parse(last.docket), parse(widened.docket)]
    client.force_login(house.clerk)
    assert client.post("/find/", {"q": parse(widened.docket).grouped})["Location"].endswith(f"/{widened.docket}/")
    assert client.get(f"/work/cases/{widened.docket}/").status_code == 200


def test_n05_a_void_number_is_not_given_again_and_stands_in_the_report(house: Hall):
    first, second = make_case(house), make_case(house)
    actions.void(first, by=house.chief, at=TUESDAY, reason="录错事项")
    actions.withdraw(second, by=house.clerk, at=TUESDAY)
    third = make_case(house)
    assert parse(third.docket).serial == 3
    [sequence] = of_day(MONDAY.date())
    assert (sequence.last, sequence.sound) == (3, True)
    assert (sequence.void, sequence.withdrawn) == ([first.docket], [second.docket])
    line = said(since="2026-04-13", until="2026-04-13")
    assert f"作废 1 件：{parse(first.docket).grouped}" in line
    assert f"撤回 1 件：{parse(second.docket).grouped}" in line


def test_a_number_no_case_has_is_named_and_ends_in_an_error(house: Hall):
    make_case(house)
    DocketCounter.objects.filter(day=MONDAY.date()).update(last=3)
    with pytest.raises(CommandError, match="1 个编号段有断号或重号"):
        said(since="2026-04-13", until="2026-04-13")
    assert of_day(MONDAY.date())[0].missing == [2, 3]


def test_a_number_beyond_the_counter_is_named(house: Hall):
    make_case(house)
    make_case(house)
    DocketCounter.objects.filter(day=MONDAY.date()).update(last=1)
    [sequence] = of_day(MONDAY.date())
    assert (sequence.beyond, sequence.sound) == ([2], False)


def test_a_receipt_put_right_to_another_day_keeps_its_place(house: Hall):
    case = make_case(house)
    Case.objects.filter(pk=case.pk).update(received_at=MONDAY - timedelta(days=5))
    [sequence] = of_day(MONDAY.date())
    assert sequence.sound
    assert of_day((MONDAY - timedelta(days=5)).date()) == []


def test_numbers_of_another_system_are_in_no_sequence(house: Hall):
    case = make_case(house)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER USER")
        cursor.execute("UPDATE cases_case SET docket = 'case-10011' WHERE id = %s", [case.pk])
        cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER USER")
    assert of_day(MONDAY.date())[0].missing == [1]


def test_days_without_filings_say_nothing():
    assert said(since="2020-01-01", until="2020-01-31") == ""
