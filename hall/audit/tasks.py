"""What the scheduler rings for. It may be lost or doubled without harm: people are told once."""

from celery import shared_task
from django.utils import timezone

from hall.audit import actions
from hall.ledger import actions as ledger


@shared_task
def watch() -> int:
    """Look at viewings, clocks and changes behind the doors."""
    told = actions.watch(at=timezone.now())
    ledger.beat("audit", timezone.now(), f"{told}")
    return told


@shared_task
def check_accounts() -> int:
    """Look whether every account is what its history says."""
    return actions.check_accounts(at=timezone.now())


@shared_task
def remove_logs() -> int:
    """Remove the logs of this machine whose months are over."""
    return actions.remove_logs(by=None, at=timezone.now())
