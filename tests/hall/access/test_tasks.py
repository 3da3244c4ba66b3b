"""Expired sessions are removed, living ones stay."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from hall.access.tasks import forget_sessions

pytestmark = pytest.mark.django_db


def test_only_expired_sessions_are_removed():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    forget_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
