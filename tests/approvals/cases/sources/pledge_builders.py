"""Cases on a chosen way from filing to delivery, and the short way to ask a source about them."""

from datetime import timedelta
from typing import Any

from approvals.cases import actions
from approvals.cases.enums import DeliveryMethod
from approvals.cases.models import Case
from approvals.catalogue.models import ItemVersion
from hall.facts import sources
from hall.facts.periods import parse
from hall.facts.slices import Slice
from tests.builders import Hall, accepted_case, make_item_version, moment

MONTH = "2026-04"


def part_of(hall: Hall, period: str = MONTH, **narrowed: Any) -> Slice:
    return Slice(parse(period), **{"centers": frozenset({hall.center.pk}), **narrowed})


def count(code: str, hall: Hall, period: str = MONTH, **narrowed: Any) -> int:
    return sources.source_of(code).count(part_of(hall, period, **narrowed))


def texts(code: str, hall: Hall, period: str = MONTH) -> list[str]:
    return [fact.text for fact in sources.source_of(code).find(part_of(hall, period))]


def delivered(
    hall: Hall,
    filed: str = "2026-04-13 10:08",
    handed: str = "2026-04-14 10:00",
    *,
    version: ItemVersion | None = None,
    method: DeliveryMethod = DeliveryMethod.COLLECTED,
    **facts: Any,
) -> Case:
    """Filed and accepted at one moment, decided and handed over at another."""
    at = moment(handed)
    case = accepted_case(hall, version or make_item_version(hall.department), at=moment(filed), **facts)
    case = actions.grant(case, by=hall.approver, at=at - timedelta(minutes=1))
    return actions.deliver(case, by=hall.clerk, at=at, method=method, tracking="EMS1")
