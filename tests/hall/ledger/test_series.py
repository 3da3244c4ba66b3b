"""Numbers without gaps, under concurrency and rollback (N01, N02, N03, R14)."""

import random
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from hall.ledger import actions
from hall.ledger.models import DocketCounter
from hall.ledger.numbers import parse
from tests.hall.ledger.builders import at_once

DAY = date(2026, 4, 13)


class RolledBack(Exception):
    pass


def file(on: date = DAY, center4: str = "0012", *, fail: bool = False) -> str:
    with transaction.atomic():
        docket = actions.next_docket(region6="130302", center4=center4, on=on)
        if fail:
            raise RolledBack
    return docket


@pytest.mark.django_db
def test_numbers_follow_each_other() -> None:
    assert [parse(file()).serial for _ in range(3)] == [1, 2, 3]


@pytest.mark.django_db
def test_every_center_and_day_has_its_own_series() -> None:
    file()
    assert parse(file(center4="0013")).serial == 1
    assert parse(file(on=date(2026, 4, 14))).serial == 1


@pytest.mark.django_db
def test_r14_a_rollback_burns_no_number() -> None:
    file()
    with pytest.raises(RolledBack):
        file(fail=True)
    assert parse(file()).serial == 2


@pytest.mark.django_db
def test_n04_the_100000th_of_a_day_widens() -> None:
    DocketCounter.objects.create(center_code="1303020012", day=DAY, last=99_998)
    assert [len(file()) for _ in range(2)] == [24, 25]


@pytest.mark.django_db
def test_after_the_last_number_of_a_day_nothing_is_given_out() -> None:
    DocketCounter.objects.create(center_code="1303020012", day=DAY, last=999_999)
    with pytest.raises(ValueError, match="does not fit"):
        file()


@pytest.mark.django_db
def test_impossible_parts_touch_no_counter() -> None:
    with pytest.raises(ValueError, match="region of 6"):
        file(center4="12")
    assert not DocketCounter.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("utc_hour", "day"), [(15, "20261231"), (16, "20270101")])
def test_n02_the_day_turns_at_beijing_midnight(utc_hour: int, day: str) -> None:
    moment = datetime(2026, 12, 31, utc_hour, 59, 59, tzinfo=UTC)
    assert file(on=timezone.localdate(moment))[10:18] == day


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given_out() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        actions.next_docket(region6="130302", center4="0012", on=DAY)
    with pytest.raises(transaction.TransactionManagementError):
        actions.next_document_no(center="130302", mark="受", year=2026)


@pytest.mark.django_db(transaction=True)
def test_n01_eight_writers_with_rollbacks_leave_no_gap() -> None:
    fails = random.Random(7)
    plan = [fails.random() < 0.2 for _ in range(2000)]

    def one(number: int) -> list[int]:
        made = []
        for fail in plan[number::8]:
            try:
                made.append(parse(file(fail=fail)).serial)
            except RolledBack:
                continue
        return made

    serials = sorted(serial for made in at_once(8, one) for serial in made)
    assert serials == list(range(1, plan.count(False) + 1))


@pytest.mark.django_db(transaction=True)
def test_n03_twenty_first_filings_at_once_share_one_row() -> None:
    serials = sorted(parse(docket).serial for docket in at_once(20, lambda _: file()))
    assert serials == list(range(1, 21))
    assert DocketCounter.objects.get().last == 20


@pytest.mark.django_db(transaction=True)
def test_documents_are_numbered_without_gaps() -> None:
    def issue(_: int) -> str:
        with transaction.atomic():
            return actions.next_document_no(center="130302", mark="受", year=2026)

    assert sorted(at_once(12, issue)) == [f"130302-受-2026-{n:05d}" for n in range(1, 13)]


@pytest.mark.django_db
def test_every_kind_of_document_and_year_has_its_own_series() -> None:
    numbers = [
        actions.next_document_no(center="130302", mark=mark, year=year)
        for mark, year in (("受", 2026), ("延", 2026), ("受", 2027))
    ]
    assert numbers == ["130302-受-2026-00001", "130302-延-2026-00001", "130302-受-2027-00001"]
