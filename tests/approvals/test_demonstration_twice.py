"""The demonstration loaded twice, each time into an empty hall: the same dockets, states and events, no secret told.

It stands outside tests/approvals/demonstration, whose tests share one loaded hall.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from approvals.cases.models import Case, Party
from approvals.catalogue.models import ItemVersion, ServiceItem
from approvals.demonstration import loading
from approvals.demonstration.stories import STORIES
from hall.access.models import User
from hall.ledger.models import Event
from hall.organisation.models import Center, Department, Staff
from hall.outbox.models import Message

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
AT = timezone.make_aware(datetime.fromisoformat("2026-10-28 15:30"))
FEW = [replace(story, count=1) for story in STORIES[::3]]


@dataclass(frozen=True)
class Seen:
    """What one load made, without keys that PostgreSQL counts on over rollbacks."""

    cases: list[Any]
    events: list[Any]
    people: list[Any]
    items: list[Any]
    parties: list[Any]
    centers: list[Any]
    texts: str
    log: str
    password: str


class Listener(logging.Handler):
    """Everything anybody says while the demonstration is loaded."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def look(password: str, log: str) -> Seen:
    parties = Party.objects.order_by("case__docket", "role")
    events = Event.objects.order_by("id")
    return Seen(
        cases=list(Case.objects.order_by("docket").values_list("docket", "state", "version_filed__item__code")),
        events=list(events.values_list("docket", "kind", "occurred_at", "actor_role")),
        people=list(Staff.objects.order_by("number").values_list("number", "name", "department__name")),
        items=list(ServiceItem.objects.order_by("code").values_list("code", "name", "current__number")),
        parties=[(row.case.docket, row.role, row.name, row.identity) for row in parties.select_related("case")],
        centers=list(Center.objects.order_by("region_id").values_list("region_id", "center_no", "name")),
        texts=str(list(events.values_list("data", flat=True))) + str(list(Message.objects.values_list("context"))),
        log=log,
        password=password,
    )


@pytest.fixture(scope="module")
def twice(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Seen, Seen]:
    """Two loads of the same day, each rolled back."""
    kept, root = settings.DATA_DIR, logging.getLogger()
    seen: list[Seen] = []
    for number in range(2):
        listener = Listener()
        root.addHandler(listener)
        settings.DATA_DIR = tmp_path_factory.mktemp(f"hall-{number}")
        with django_db_blocker.unblock(), transaction.atomic():
            try:
                loading.load(at=AT, stories=FEW)
                password = (Path(settings.DATA_DIR) / "demonstration-password").read_text().strip()
                seen.append(look(password, "\n".join(listener.lines)))
            finally:
                transaction.set_rollback(True)
                root.removeHandler(listener)
                settings.DATA_DIR = kept
    return seen[0], seen[1]


@pytest.mark.parametrize("what", ["cases", "events", "people", "items", "parties", "centers"])
def test_the_same_day_makes_the_same_hall(twice: tuple[Seen, Seen], what: str) -> None:
    first, second = (getattr(seen, what) for seen in twice)
    assert first
    assert first == second


def test_only_the_password_differs(twice: tuple[Seen, Seen]) -> None:
    assert twice[0].password != twice[1].password


def test_the_password_is_said_nowhere(twice: tuple[Seen, Seen]) -> None:
    for seen in twice:
        assert len(seen.password) >= 12
        assert seen.password not in seen.log
        assert seen.password not in seen.texts


def test_nobody_is_named_in_events_and_messages(twice: tuple[Seen, Seen]) -> None:
    seen = twice[0]
    secrets = {value for _, _, name, identity in seen.parties for value in (name, identity)}
    assert not [value for value in secrets if value and value in seen.texts]


def test_nobody_is_named_in_the_log(twice: tuple[Seen, Seen]) -> None:
    seen = twice[0]
    assert not [identity for _, _, _, identity in seen.parties if identity and identity in seen.log]


def test_a_rolled_back_load_leaves_nothing(twice: tuple[Seen, Seen]) -> None:
    models: tuple[Any, ...] = (Case, User, Staff, Department, ItemVersion, Event)
    left = {model.__name__: model.objects.count() for model in models}
    assert set(left.values()) == {0}, left
