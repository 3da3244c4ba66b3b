"""One demonstration for all tests of this folder: every story once, in a transaction that is rolled back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from approvals.demonstration import loading
from approvals.demonstration.loading import Loaded
from approvals.demonstration.organisation import Hall
from approvals.demonstration.stories import STORIES
from hall.access.models import User
from hall.organisation.models import Center, Department, Staff

# A Wednesday with the hall open and a holiday behind it.
AT = timezone.make_aware(datetime.fromisoformat("2026-10-28 15:30"))


@pytest.fixture(scope="package")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """The demonstration as of AT. Each test works in a savepoint of this transaction."""
    kept, settings.DATA_DIR = settings.DATA_DIR, tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), transaction.atomic():
        try:
            yield loading.load(at=AT, stories=[replace(story, count=1) for story in STORIES])
        finally:
            transaction.set_rollback(True)
            settings.DATA_DIR = kept


@pytest.fixture
def hall(loaded: Loaded) -> Hall:
    """The people and places of the demonstration, as the loaders know them."""
    departments = Department.objects.select_related("chief_representative__user").order_by("code")
    return Hall(
        center=Center.objects.get(region_id="130302000000"),
        departments={row.name: row for row in departments},
        staff={row.number: row for row in Staff.objects.order_by("number")},
        users={row.username: row for row in User.objects.select_related("staff").order_by("pk")},
    )
