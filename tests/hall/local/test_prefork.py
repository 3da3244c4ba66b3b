"""The children of the worker use connections of their own, whatever its parent had open (D11)."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from hall.ledger.models import Heartbeat
from tests.hall.local.prefork_tasks import app, touch

TASKS = 100


@pytest.mark.django_db(transaction=True)
def test_d11_a_hundred_tasks_after_a_fork_share_no_connection(tmp_path: Path) -> None:
    place, queue, log = connection.settings_dict, f"d11-{uuid4().hex}", tmp_path / "worker.log"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{place['USER']}:{quote(place['PASSWORD'])}@/{place['NAME']}?host={place['HOST']}",
        "REDIS_URL": settings.CELERY_BROKER_URL,
    }
    arguments = ["-A", "tests.hall.local.prefork_tasks", "worker", "--concurrency", "4", "-Q", queue]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    app.conf.broker_url = settings.CELERY_BROKER_URL
    for number in range(TASKS):
        touch.apply_async(args=[number], queue=queue)
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "celery", *arguments, *quiet],
            cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            done = Heartbeat.objects.filter(name__startswith="d11-")
            deadline = time.monotonic() + 60
            while done.count() < TASKS and worker.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
        finally:
            worker.terminate()
            worker.wait(30)
    assert done.count() == TASKS, log.read_text()
    assert "libpq" not in log.read_text()
    assert "Error" not in log.read_text()
