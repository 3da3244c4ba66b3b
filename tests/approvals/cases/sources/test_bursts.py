"""Mass closing: found by windows that touch, known by their first case, whatever part of it is asked for."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from hall.access.models import User
from hall.facts import sources
from hall.facts.periods import PeriodKind, holding
from hall.ledger import actions as ledger
from hall.ledger.actions import NewEvent
from tests.approvals.cases.sources.asking import find, part
from tests.approvals.cases.ways import put
from tests.builders import Hall, make_item_version, moment

pytestmark = pytest.mark.django_db
TEN = moment("2026-04-13 10:00")
THREE_IN_FIVE = {"count": 3, "minutes": 5}
CODE = "cases.mass_closure"


@pytest.fixture(scope="module")
def cases(house) -> list[Case]:
    version = make_item_version(house.department)
    return [put(house, version, CaseState.REVIEWING) for _ in range(8)]


def close(house: Hall, cases: list[Case], *minutes: float, by: User | None = None, kind: str = "case.deliver") -> None:
    """The first cases closed so many minutes after ten."""
    ledger.append_many(
        NewEvent(case.docket, kind, house.center.code, by or house.clerk, TEN + timedelta(minutes=after))
        for case, after in zip(cases, minutes, strict=False)
    )


def bursts(**facts: Any) -> list[tuple[str, int]]:
    """First docket and the number of closings the sentence names."""
    found = find(CODE, **{"options": THREE_IN_FIVE, **facts})
    return [(fact.docket, int(fact.text.split("等 ")[1].split(" 件")[0])) for fact in found]


@pytest.mark.parametrize(
    ("minutes", "sizes"),
    [
        ((0, 2, 5), [3]),  # the last minute counts
        ((0, 2, 5.1), []),
        ((0, 1), []),
        ((0, 1, 2, 3), [4]),  # one burst, not two windows
        ((0, 2, 4, 6, 8, 10), [6]),  # windows that touch are one
        ((0, 1, 2, 60, 61, 62), [3, 3]),
        ((0, 1, 2, 7, 11), [3]),  # 2, 7, 11 is no window
        ((0, 1, 2, 7.5, 8, 8.5), [3, 3]),  # side by side, but no window reaches across
        ((0, 1, 2, 6, 6.5, 7), [6]),  # 2, 6, 6.5 reaches across
    ],
)
def test_windows(house, cases, minutes, sizes):
    close(house, cases, *minutes)
    found = bursts()
    assert [size for _, size in reversed(found)] == sizes
    if sizes:
        assert found[-1][0] == cases[0].docket


def test_each_person_alone(house, cases):
    close(house, cases[:2], 0, 1)
    close(house, cases[2:4], 2, 3, by=house.other_clerk)
    assert bursts() == []


def test_only_closings(house, cases):
    close(house, cases, 0, 1, 2, kind="case.grant")
    assert bursts() == []


def test_what_a_fact_says(house, cases):
    close(house, cases, 0, 1, 2, 3)
    (fact,) = find(CODE, options=THREE_IN_FIVE)
    assert fact.text == f"“{cases[0].version_filed.name}”等 4 件由同一人接连办结，5 分钟内不少于 3 件。"
    assert (fact.staff, fact.department) == (house.clerk.staff_id, house.department.pk)
    assert fact.occurred_at == TEN + timedelta(minutes=2)  # the moment it became one
    assert fact.key == f"{CODE}:{cases[0].docket}"


def test_the_name_does_not_change_when_a_later_part_is_asked_for(house, cases):
    """A burst over midnight belongs to the day it became one, and is not found again under another name."""
    late = moment("2026-04-13 23:58")
    after = [(late - TEN).total_seconds() / 60 + n for n in range(6)]
    close(house, cases, *after)
    assert bursts(period=holding(PeriodKind.DAY, late.date())) == []
    assert bursts(period=holding(PeriodKind.DAY, moment("2026-04-14 12:00").date())) == [(cases[0].docket, 6)]


def test_by_record_once(house, cases):
    close(house, cases, 0, 1, 2)
    today = holding(PeriodKind.DAY, timezone.localdate())
    assert bursts(period=today) == []
    # Recorded now, but it happened long before: the two days looked back over do not reach it.
    assert bursts(period=today, by_record=True) == []


def test_places_narrow(house, cases):
    close(house, cases, 0, 1, 2)
    whole = [(cases[0].docket, 3)]
    assert bursts(centers=frozenset({house.center.pk}), department=house.department.pk) == whole
    assert bursts(staff=house.clerk.staff_id, item=cases[0].version_filed.item.code) == whole
    assert bursts(centers=frozenset()) == bursts(staff=house.approver.staff_id) == bursts(item="X") == []
    assert bursts(window=house.window.pk) == []  # bare rows have no window


def test_thresholds_stay_within_bounds(house, cases):
    close(house, cases, 0, 1)
    assert len(bursts(options={"count": 0, "minutes": 0})) == 1  # two within a minute: the least that is many
    assert bursts(options={"count": 9999, "minutes": 9999}) == []


def test_pages_of_the_list(house, cases):
    close(house, cases, 0, 1, 2, 60, 61, 62)
    source = sources.source_of(CODE)
    asked = part(options=THREE_IN_FIVE)
    newest, oldest = source.find(asked)
    assert (newest.docket, oldest.docket) == (cases[3].docket, cases[0].docket)
    assert [f.docket for f in source.find(asked, offset=1, limit=1)] == [oldest.docket]


def test_one_question_to_count(house, cases, django_assert_num_queries):
    close(house, cases, 0, 1, 2)
    with django_assert_num_queries(1):
        assert sources.source_of(CODE).count(part(options=THREE_IN_FIVE)) == 1
    with django_assert_num_queries(3):
        sources.source_of(CODE).find(part(options=THREE_IN_FIVE))


def test_what_the_ledger_does_not_know_does_not_stand(house, cases):
    close(house, cases, 0)
    key = f"{CODE}:{cases[0].docket}"
    assert sources.source_of(CODE).standing([key, f"{CODE}:{cases[1].docket}"]) == {key}
