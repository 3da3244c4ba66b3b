"""The seeded calendar, also where a transactional test before this one emptied the tables."""

import importlib

import pytest
from django.apps import apps

from hall.workdays.models import CalendarVersion


@pytest.fixture
def seeded_calendar():
    """Rows as the migration loads them."""
    if not CalendarVersion.objects.exists():
        importlib.import_module("hall.workdays.migrations.0002_shipped_calendar").load(apps, None)
