"""Periodic work of reports. Every task may be lost or doubled without harm (law 1)."""

from celery import shared_task
from django.utils import timezone

from hall.reports import actions


@shared_task
def write() -> int:
    """Write what waits; the page that asked shows how far it is."""
    return actions.write_waiting(at=timezone.now())


@shared_task
def schedule() -> int:
    """Put down the reports of the week and the month that are over."""
    return actions.schedule(at=timezone.now())
