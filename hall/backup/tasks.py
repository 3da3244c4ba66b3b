"""Periodic work of the backup room; nothing to do in a hall without a backup folder.

What may take an hour is a command in a process of its own: a task that outlives the broker's patience would be started
a second time, and a worker's end would cut it off.
"""

import logging
import os
import subprocess
import sys

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hall.backup import keys, media, planning, queries, taking
from hall.backup.enums import RunKind
from hall.backup.keys import KeyProblem
from hall.backup.vault import open_vault
from hall.local.archiving import PROJECT, backup_dir, key_file

logger = logging.getLogger(__name__)


@shared_task
def look_after() -> str:
    """Start the backup or the drill that is due; returns which."""
    if backup_dir() is None:
        return ""
    at = timezone.now()
    if planning.backup_due(at=at, **queries.last(RunKind.BACKUP)):
        return _start("backup", "--nightly")
    if planning.drill_due(at=at, **queries.last(RunKind.DRILL)) and not os.environ.get("DATABASE_URL"):
        return _start("restore_drill")
    return ""


@shared_task
def collect() -> int:
    """Bring new files into the backup; returns how many files there are."""
    if backup_dir() is None:
        return 0
    try:
        vault = open_vault(backup_dir(), keys.read(key_file()))
        vault.prepare()
        return len(media.collect(vault, settings.MEDIA_ROOT, timezone.now()))
    except (KeyProblem, OSError) as problem:
        logger.error("files not backed up: %s", type(problem).__name__)
        return 0


@shared_task
def check() -> int:
    """Look at the backups without reading all of them, and try the archive command; returns how much is wrong."""
    if backup_dir() is None:
        return 0
    try:
        vault = open_vault(backup_dir(), keys.read(key_file()))
    except KeyProblem as problem:
        logger.error("backups not checked: %s", problem)
        return 1
    return len(taking.check(vault, timezone.now, full=False))


def _start(*arguments: str) -> str:
    """A command of ours that outlives this task."""
    subprocess.Popen(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        stdin=subprocess.DEVNULL,
        cwd=PROJECT,
        env={**os.environ, "HALL_PROCESS": "command"},
        start_new_session=True,
    )
    logger.info("started command=%s", arguments[0])
    return arguments[0]
