"""A worker whose parent opened a connection before it forked: what its children must never use (D11)."""

from typing import Any

from celery.signals import worker_init
from django.db import connection
from django.utils import timezone

from hall.celery import app

__all__ = ["app"]


@worker_init.connect
def open_before_the_fork(**_: Any) -> None:
    connection.ensure_connection()


@app.task(name="tests.touch")
def touch(number: int) -> None:
    """Leave a row that says which child did it."""
    from hall.ledger import actions  # noqa: PLC0415 -- models can be imported only after Django was set up

    actions.beat(f"d11-{number}", timezone.now())
