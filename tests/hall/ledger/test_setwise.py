"""Rows written as one JSON value: whatever a value is, it stands in the column as it came."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError

from hall.ledger import setwise
from hall.ledger.models import Counter, DocketCounter, Heartbeat
from hall.organisation.models import Center

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", " ", "中文", "a'b\"c", "\\n\\", "a\tb\nc", "%s %(x)s", "$1", "\u2028", "😀", "null", '{"a": 1}']
)
def test_texts_arrive_as_they_are(text: str) -> None:
    setwise.insert(Heartbeat, ("name", "finished_at", "note"), [{"name": "n", "finished_at": MOMENT, "note": text}])
    assert Heartbeat.objects.get().note == text


def test_moments_keep_their_microseconds_and_days_their_day() -> None:
    setwise.insert(Heartbeat, ("name", "finished_at", "note"), [{"name": "n", "finished_at": MOMENT, "note": ""}])
    assert Heartbeat.objects.get().finished_at == MOMENT
    rows = [{"center_code": "1303020012", "day": date(2026, 5, 6), "last": 3}]
    setwise.insert(DocketCounter, ("center_code", "day", "last"), rows)
    assert DocketCounter.objects.values_list("day", "last").get() == (date(2026, 5, 6), 3)


def counters(*pairs: tuple[str, int], **facts: Any) -> list[tuple[Any, ...]]:
    rows = [{"series": series, "last": last} for series, last in pairs]
    return setwise.insert(Counter, ("series", "last"), rows, **facts)


def test_the_answer_is_in_the_order_of_the_rows() -> None:
    pairs = [(f"s{n}", n) for n in (5, 3, 9, 1)]
    assert counters(*pairs, returning="series, last") == pairs


def test_a_row_that_is_there_is_passed_over_when_asked_so() -> None:
    counters(("a", 1))
    found = counters(("a", 2), ("b", 2), ("b", 3), ignore_conflicts=True, returning="series, last")
    assert found == [("b", 2)]
    assert Counter.objects.get(series="a").last == 1


def test_a_row_that_is_there_is_an_error_otherwise() -> None:
    counters(("a", 1))
    with pytest.raises(IntegrityError):
        counters(("a", 2))


def test_many_rows_go_in_portions(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(setwise, "PORTION", 2)
    with django_assert_num_queries(3):
        counters(*((f"s{n}", n) for n in range(5)))
    assert Counter.objects.count() == 5


def test_no_row_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert counters() == []


def test_a_field_without_a_column_is_named() -> None:
    with pytest.raises(ValueError, match="has no column"):
        setwise.insert(Center, ("departments",), [{}])
