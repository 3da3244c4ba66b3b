"""The exchange of cases holds people too: above what one may take out alone it waits for a second person."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hall.exports import clearing_actions as clearing
from hall.exports.models import Clearance
from hall.facts.models import Setting
from hall.ledger.models import Event
from tests.builders import Hall, make_case, moment
from tests.hall.exports.taking import at_desk

pytestmark = pytest.mark.django_db
ASKED = {"since": "2026-04-13", "until": "2026-04-13", "purpose": "向省平台汇聚"}


@pytest.fixture
def two_cases(hall: Hall) -> Hall:
    Setting.objects.create(
        key="exports.alone_rows", value=1, source="测试", effective_from=timezone.localdate(), center=None
    )
    for _ in range(2):
        make_case(hall, at=moment("2026-04-13 10:00"))
    return hall


def test_too_many_cases_wait_and_leave_when_granted(two_cases: Hall) -> None:
    hall, browser = two_cases, at_desk(two_cases.chief)
    answer = browser.post(reverse("cases:export"), ASKED)
    clearance = Clearance.objects.get()
    assert answer["Location"] == reverse("exports:clearance", args=[clearance.pk])
    assert not Event.objects.filter(kind="case.exported").exists()
    clearing.decide(clearance=clearance, granted=True, reason="", by=hall.supervisor, at=timezone.now())
    page = browser.get(clearance.address).content.decode()
    for value in ASKED.values():
        assert f'value="{value}"' in page
    file: Any = browser.post(clearance.address, ASKED)
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert Event.objects.get(kind="case.exported").data["clearance"] == str(clearance.pk)


def test_other_days_are_another_file(two_cases: Hall) -> None:
    browser = at_desk(two_cases.chief)
    browser.post(reverse("cases:export"), ASKED)
    clearing.decide(
        clearance=Clearance.objects.get(), granted=True, reason="", by=two_cases.supervisor, at=timezone.now()
    )
    browser.post(reverse("cases:export"), {**ASKED, "until": "2026-04-14"})
    assert Clearance.objects.filter(granted=None).count() == 1
