"""Which backups stay: the newest of each of so many days, weeks and months; and what goes with the others.

`HALL_BACKUP_KEEP`, "14,8,12" unless it says otherwise: days, weeks, months. Any moment can be returned to as far back
as the oldest of the days; of weeks and months only the moment they were made. Of the last two days everything stays.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hall.backup import media, segments
from hall.backup.keys import KeyProblem
from hall.backup.vault import Base, Vault

USUAL: Final = "14,8,12"
BEIJING: Final = ZoneInfo("Asia/Shanghai")
# A backup made right after an accident must not take away the one from before it.
UNTOUCHED: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Keep:
    """How many days, weeks and months of backups stay."""

    daily: int
    weekly: int
    monthly: int


def configured() -> Keep:
    """From the environment. Raises KeyProblem with a sentence for what cannot be read."""
    text = os.environ.get("HALL_BACKUP_KEEP", USUAL)
    try:
        daily, weekly, monthly = (int(part) for part in text.split(","))
    except ValueError:
        daily = 0
    if daily < 1 or min(weekly, monthly) < 0:
        raise KeyProblem("HALL_BACKUP_KEEP 应为三个数：保留的天数、周数、月数，例如 14,8,12；天数至少为 1。")
    return Keep(daily, weekly, monthly)


def kept(bases: Iterable[Base], keep: Keep) -> tuple[list[Base], list[Base]]:
    """Those kept for their day or as recent, and those kept for day, week or month as well; each oldest first."""
    newest_first = sorted(bases, key=lambda base: base.ended_at, reverse=True)
    days = _newest_of_each(newest_first, lambda day: day.strftime("%Y-%m-%d"), keep.daily)
    weeks = _newest_of_each(newest_first, lambda day: day.strftime("%G-%V"), keep.weekly)
    months = _newest_of_each(newest_first, lambda day: day.strftime("%Y-%m"), keep.monthly)
    recent = [base for base in newest_first if newest_first[0].ended_at - base.ended_at < UNTOUCHED]
    return _oldest_first(*days, *recent), _oldest_first(*days, *recent, *weeks, *months)


def _oldest_first(*bases: Base) -> list[Base]:
    return sorted({base.name: base for base in bases}.values(), key=lambda base: base.ended_at)


def _newest_of_each(newest_first: list[Base], period: Callable[[datetime], str], count: int) -> list[Base]:
    found: dict[str, Base] = {}
    for base in newest_first:
        found.setdefault(period(base.ended_at.astimezone(BEIJING)), base)
    return list(found.values())[:count]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was taken away."""

    bases: int
    segments: int
    files: int


def prune(vault: Vault, keep: Keep) -> Pruned:
    """Take away what is not kept: backups, the log before the oldest of the days, files no list names any more."""
    everything = vault.bases()
    days, staying = kept(everything, keep)
    if not days:
        return Pruned(0, 0, 0)
    names = {base.name for base in staying}
    going = [base for base in everything if base.name not in names]
    for base in going:
        vault.remove(base)
    log = _prune_log(vault, min(base.first_segment for base in days))
    return Pruned(len(going), log, _prune_media(vault, staying, days[0]))


def _prune_log(vault: Vault, first: int) -> int:
    """History files are a few bytes, and say where timelines branched: they stay."""
    going = [
        name for name in vault.wal_files() if (found := segments.parse(name[:24])) is not None and found.number < first
    ]
    for name in going:
        (vault.wal / name).unlink()
    return len(going)


def _prune_media(vault: Vault, staying: list[Base], oldest: Base) -> int:
    for path in media.later_lists(vault):
        if path.name < oldest.name:
            path.unlink()
    named = set(media.listed_later(vault).values())
    for base in staying:
        named |= set(media.listed_in(vault, base).values())
    going = [path for path in media.blobs(vault) if path.name not in named]
    for path in going:
        path.unlink()
    return len(going)
