"""A page of a long list is found without reading all of it: the same rows, whatever the tally says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.cases import listing
from approvals.cases.clock import LampKind
from approvals.cases.models import Case
from hall.dashboard import lists
from hall.dashboard.measures import MEASURES
from hall.dashboard.models import CaseTally
from tests.builders import MONDAY, Hall, accepted_case, make_case
from tests.hall.dashboard.builders import granted_case, rolled, slice_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("counted", [None, 0, 9])
def test_pages_hold_all_closings_in_order_whatever_the_tally_says(
    counted: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    hall = Hall()
    for n in range(5):
        granted_case(hall, at=MONDAY + timedelta(days=n // 2))
    rolled()
    if counted is not None:
        CaseTally.objects.filter(span="day").update(closed=counted)
    pages = lists.Pages(hall.supervisor, slice_of(hall), MEASURES["closed"], timezone.now())
    found = [case.pk for number in pages.page_range for case in pages.page(number).object_list]
    assert pages.count == 5
    assert found == list(Case.objects.order_by("-closed_at", "docket").values_list("pk", flat=True))


def test_what_shows_a_lamp_is_what_the_lamp_of_each_case_says() -> None:
    hall, now = Hall(), timezone.now()
    make_case(hall, at=now)
    for days in (0, 10, 20, 25, 26, 28, 40, 200):
        accepted_case(hall, at=now - timedelta(days=days, hours=1))
    lit = listing.with_lamp(Case.objects.open(), now)
    for kind in LampKind:
        wanted = {case.pk for case in lit if case.lamp == kind.value}  # type: ignore[attr-defined] # an annotation
        assert set(listing.showing(Case.objects.open(), {kind.value}, now).values_list("pk", flat=True)) == wanted
    assert {case.lamp for case in lit} > {"normal", "over_statute"}  # type: ignore[attr-defined] # an annotation
