"""The logs of the servers: one grows, and what is over a day old or too large is packed and kept (U08).

How long packed logs are kept is a dated number of the hall, never less than the law asks (hall.audit); nothing here
removes one by itself.
"""

import contextlib
import gzip
import os
import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from hall.local.paths import log_file, make_folder

LARGEST: Final = 10 * 1024 * 1024
_STAMP: Final = "%Y%m%dT%H%M%S"
_NAME: Final = re.compile(r"\A(?P<name>[\w.]+)-(?P<day>\d{8})T\d{6}(?:\.\d+)?\.log\.gz", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """A packed log: of which server, the day it was put away (its lines are of that day or before), its bytes."""

    path: Path
    name: str
    day: date
    size: int


def kept_dir() -> Path:
    """Where packed logs lie, closed to other users."""
    return make_folder(log_file("any").parent / "kept")


def kept() -> list[Kept]:
    """Every packed log, the oldest first; files that are none of ours are left out."""
    found = []
    for path in kept_dir().iterdir():
        if not (named := _NAME.fullmatch(path.name)):
            continue
        with contextlib.suppress(ValueError):  # digits that are no day: none of ours
            found.append(Kept(path, named["name"], date.fromisoformat(named["day"]), path.stat().st_size))
    return sorted(found, key=lambda one: (one.day, one.path.name))


def turn(path: Path, now: datetime) -> Path | None:
    """Pack what a log holds and let it begin anew; None for an empty one. The servers append, and go on at its start.

    A line written in the instant between the last look and the cut is lost; the events of the hall are in the ledger.
    """
    if not path.exists() or not path.stat().st_size:
        return None
    target = _free(f"{path.stem}-{now.strftime(_STAMP)}")
    draft = target.with_suffix(".draft")
    with path.open("rb") as log, os.fdopen(_private(draft), "wb") as raw, gzip.GzipFile("", "wb", 6, raw) as packed:
        shutil.copyfileobj(log, packed)
        while more := log.read():  # what came while we packed
            packed.write(more)
        os.truncate(path, 0)
    draft.rename(target)
    return target


def turn_all(now: datetime) -> None:
    """Put away every log: at a start, those of the run before."""
    for path in sorted(log_file("any").parent.glob("*.log")):
        turn(path, now)


def turn_due(now: datetime, since: date) -> date:
    """Put away every log when the day changed, and before that the one that grew too large; returns the day it is."""
    if now.date() != since:
        turn_all(now)
        return now.date()
    for path in sorted(log_file("any").parent.glob("*.log")):
        if path.stat().st_size > LARGEST:
            turn(path, now)
    return since


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _free(stem: str) -> Path:
    """A name nothing has yet: two turns may fall into one second."""
    path, number = kept_dir() / f"{stem}.log.gz", 0
    while path.exists():
        number += 1
        path = kept_dir() / f"{stem}.{number}.log.gz"
    return path
