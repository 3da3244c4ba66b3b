"""Where the lines of a sheet lead: to what the reader may open, and to nothing else."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from hall.access.models import User
from hall.appraisal.views.sheets import _link, _opens
from hall.facts import sources
from tests.builders import Hall
from tests.hall.appraisal.builders import ListSource, announced, facts_line, run, sheet_of
from tests.hall.appraisal.pages import browser

pytestmark = pytest.mark.django_db
CARD = "/supervision/cards/01999999-0000-7000-8000-000000000000/"


@pytest.fixture
def late() -> Iterator[ListSource]:
    with announced("test.late") as (source,):
        yield source


@pytest.fixture
def guarded(late: ListSource) -> ListSource:
    """A source only who supervises may look at, as cards and complaints are."""
    late.right = "supervision.view"  # type: ignore[attr-defined]
    return late


def page(hall: Hall, reader: User, owner: User) -> str:
    sheet = sheet_of(run(hall, facts_line("test.late")), owner)
    response = browser(reader).get(reverse("appraisal:sheet", args=[sheet.pk]))
    assert response.status_code == 200
    return str(response.content.decode())


def lists_to(text: str) -> bool:
    return reverse("pledges:facts", args=["test.late"]) in text


@pytest.mark.parametrize(
    ("right", "who", "opens"),
    [
        ("", "clerk", True),
        ("", "approver", True),
        ("", "supervisor", True),
        ("supervision.view", "clerk", False),
        ("supervision.view", "approver", False),
        ("supervision.view", "chief", False),
        ("supervision.view", "supervisor", True),
    ],
)
def test_facts_with_a_right_are_opened_by_who_has_it(hall: Hall, late: ListSource, right: str, who: str, opens: bool):
    late.right = right  # type: ignore[attr-defined]
    assert _opens("test.late", getattr(hall, who)) is opens


def test_a_source_nobody_announces_needs_no_right(hall: Hall) -> None:
    assert not sources.known("gone.away")
    assert _opens("gone.away", hall.clerk)


def test_ones_own_card_is_linked_on_ones_own_sheet(hall: Hall, guarded: ListSource) -> None:
    guarded.happened(hall, hall.clerk.staff, url=CARD)
    assert CARD in page(hall, hall.clerk, hall.clerk)


def test_the_supervisor_follows_every_card(hall: Hall, guarded: ListSource) -> None:
    guarded.happened(hall, hall.clerk.staff, url=CARD)
    text = page(hall, hall.supervisor, hall.clerk)
    assert CARD in text
    assert lists_to(text)


def test_who_may_not_open_the_card_reads_its_words_without_a_link(hall: Hall, guarded: ListSource) -> None:
    fact = guarded.happened(hall, hall.clerk.staff, url=CARD)
    text = page(hall, hall.chief, hall.clerk)
    assert CARD not in text
    assert fact.text in text
    assert not lists_to(text)


def test_a_list_everybody_may_open_is_linked(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff, url="/work/cases/1/")
    assert lists_to(page(hall, hall.supervisor, hall.clerk))


def test_without_a_page_of_its_own_a_fact_leads_to_its_case(hall: Hall, late: ListSource) -> None:
    late.happened(hall, hall.clerk.staff, docket="1303020012202610120001")
    sheet = sheet_of(run(hall, facts_line("test.late")), hall.clerk)
    entry = sheet.entries.exclude(key="start").get()
    assert _link(entry, hall.clerk, own=True) == _link(entry, hall.chief, own=False) != ""
