"""What other rooms announce, counted by day: equal to what their sources count, and gone when the fact is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.enums import CorrectableField
from hall.dashboard import fact_counting, strip
from hall.dashboard.addresses import Links
from hall.dashboard.models import FactTally
from hall.dashboard.tasks import roll_facts
from hall.facts import sources
from hall.facts.periods import PeriodKind, holding
from hall.facts.slices import Slice
from hall.pledges.asking import Question
from tests.builders import MONDAY, Hall, accepted_case, make_case

pytestmark = pytest.mark.django_db


def this_month(hall: Hall) -> Slice:
    return Slice(holding(PeriodKind.MONTH, timezone.localdate()), centers=frozenset({hall.center.pk}))


@pytest.fixture
def hall() -> Hall:
    """One corrected today, one filed online, one open past its limit."""
    hall, now = Hall(), timezone.now()
    case = accepted_case(hall, at=now - timedelta(minutes=5))
    asked = actions.propose_correction(
        case, by=hall.clerk, at=now, field=CorrectableField.CHANNEL, value="post", reason="录错渠道"
    )
    actions.review_correction(asked, by=hall.approver, at=now, agreed=True)
    make_case(hall, at=now, channel="online")
    accepted_case(hall, at=MONDAY)
    return hall


def test_every_source_is_counted_as_it_counts_itself(hall: Hall) -> None:
    fact_counting.recount(timezone.now(), days=31)
    part = this_month(hall)
    found = strip.counted(part)
    for code in filter(sources.known, fact_counting.happened() - fact_counting.standing()):
        assert found.totals[code] == sources.source_of(code).count(part), code
    assert found.totals["cases.corrected"] == 1


def test_what_stands_is_counted_whenever_it_began(hall: Hall) -> None:
    fact_counting.recount(timezone.now(), days=3)
    assert strip.counted(this_month(hall)).totals["cases.open_late"] == 1


def test_counting_again_changes_nothing(hall: Hall) -> None:
    names = ("source", "day", "center_id", "department_id", "n")
    fact_counting.recount(timezone.now(), days=31)
    once = sorted(FactTally.objects.values_list(*names), key=str)
    fact_counting.recount(timezone.now(), days=31)
    assert sorted(FactTally.objects.values_list(*names), key=str) == once != []


def test_a_fact_that_is_gone_is_counted_no_more(hall: Hall) -> None:
    fact_counting.recount(timezone.now(), days=31)
    hall.center.cases.exclude(channel="online").first().corrections.all().delete()
    for case in hall.center.cases.all():
        case.corrections.all().delete()
    fact_counting.recount(timezone.now(), days=31)
    assert not FactTally.objects.filter(source="cases.corrected").exists()


def test_five_zeros_stand_beside_each_other_with_what_is_missing_said(hall: Hall) -> None:
    roll_facts()
    part = this_month(hall)
    tiles = strip.pledges(strip.counted(part), Links(Question(part)))
    assert [tile.title for tile in tiles] == ["零差错", "零积压", "零推诿", "零距离", "零投诉"]
    texts = [line.text for tile in tiles for line in tile.lines]
    assert any(text.startswith("热线工单退转 —") for text in texts)


def test_satisfaction_never_stands_without_how_many_spoke(hall: Hall) -> None:
    part = this_month(hall)
    tile = strip.satisfaction(strip.counted(part), Links(Question(part)))
    assert tile.value == "—"
    assert tile.lines[0].text.startswith("主动评价率")
