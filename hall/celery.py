"""The Celery application: a doorbell on Redis, nothing more."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_before_create_process
from kombu.transport.redis import QoS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hall.settings")
os.environ.setdefault("HALL_PROCESS", "worker")

app = Celery("hall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A worker that loses Redis in the middle of a task tries to give it back through the connection it has just lost, and
# dies of an AttributeError (celery 5.7.0, kombu 5.7.0). Rings that get lost come again in seconds. It may still die
# where the task ends just then: whoever supervises it starts it again.
QoS.restore_at_shutdown = False


@worker_before_create_process.connect
def freeze(**_told: Any) -> None:
    """What the pool's children are forked with stays in memory they share: no collection writes into it."""
    gc.collect()
    gc.freeze()
