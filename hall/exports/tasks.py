"""Periodic work of this room."""

from celery import shared_task
from django.utils import timezone

from hall.exports import clearing_actions as clearing


@shared_task
def forget() -> int:
    """Empty the addresses of clearances that are over, a portion each hour."""
    return clearing.forget_over(at=timezone.now())
