"""Heads of the chains, kept where whoever rules the database cannot change them (P10, C44).

A file a day in a folder of choice (`HALL_HEADS_DIR`: another machine's disk, a write-once medium), one line in the log
for each head, and a page to print. What was published is never written over: the verifier holds every chain against
every file that is still there.
"""

import json
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from hall.ledger.sealing import heads

logger = logging.getLogger(__name__)
NAME = "heads-%Y-%m-%d.jsonl"


class UnreadableHeads(ValueError):
    """A file of heads holds something else; carries its path."""


def folder() -> Path:
    """Where heads are published."""
    return Path(settings.LEDGER_HEADS_DIR)


def publish(at: datetime, into: Path | None = None) -> Path | None:
    """Write the heads of now into the day's file, unless it is there. None where nothing has been sealed yet.

    Raises OSError where the folder cannot be written.
    """
    last = heads()
    path = (into or folder()) / timezone.localtime(at).strftime(NAME)
    if not last or path.exists():
        return path if last else None
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(head, sort_keys=True) + "\n" for head in last)
        file.flush()
        os.fsync(file.fileno())
    draft.chmod(0o444)
    draft.rename(path)
    for head in last:
        logger.info("published head center=%s number=%d hash=%s", head["center"], head["number"], head["hash"])
    return path


def published(where: Path | None = None) -> list[dict[str, Any]]:
    """Every head of a file, or of all files of a folder; none where nothing was published. Raises UnreadableHeads."""
    if where is None and not folder().exists():
        return []
    where = where or folder()
    files = sorted(where.glob("heads-*.jsonl")) if where.is_dir() else [where]
    return [head for path in files for head in _read(path)]


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [{"center": line["center"], "number": int(line["number"]), "hash": line["hash"]} for line in lines]
    except (OSError, ValueError, KeyError, TypeError):
        raise UnreadableHeads(str(path)) from None
