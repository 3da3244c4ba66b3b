"""Periodic work of the access room."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from hall.access import sign_in_actions


@shared_task(name="hall.access.tasks.forget_sessions", ignore_result=True)
def forget_sessions() -> None:
    """Remove sessions past their end; what they held must not outlive them (等保 剩余信息保护)."""
    SessionStore.clear_expired()
    sign_in_actions.forget_over(at=timezone.now())
