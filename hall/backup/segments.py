"""Names and order of PostgreSQL's log: segments of 16 MB, timelines, where one branched off another. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

SEGMENT_BYTES: Final = 16 * 1024 * 1024
PER_LOG: Final = 0x1_0000_0000 // SEGMENT_BYTES
_NAME: Final = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})")
_BRANCH: Final = re.compile(r"\A\s*(\d+)\s+([0-9A-Fa-f]+/[0-9A-Fa-f]+)")


@dataclass(frozen=True, order=True, slots=True)
class Segment:
    """One file of the log: its timeline, and its number counted from the beginning."""

    timeline: int
    number: int

    def __str__(self) -> str:
        return f"{self.timeline:08X}{self.number // PER_LOG:08X}{self.number % PER_LOG:08X}"


def parse(name: str) -> Segment | None:
    """The segment of a file name; None for every other file."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    timeline, log, low = (int(part, 16) for part in found.groups())
    return Segment(timeline, log * PER_LOG + low)


def position(lsn: str) -> int:
    """A place in the log, `0/3000148`, as a number of bytes."""
    high, _, low = lsn.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def number_of(lsn: str) -> int:
    """The number of the segment a place lies in."""
    return position(lsn) // SEGMENT_BYTES


def branches(history: str) -> dict[int, str]:
    """The timelines a history file says its own came from, each with the place where it was left."""
    return {int(found[1]): found[2] for line in history.splitlines() if (found := _BRANCH.match(line))}


def after(lsn: str) -> int:
    """The number of the first segment that holds nothing before a place."""
    return (position(lsn) + SEGMENT_BYTES - 1) // SEGMENT_BYTES


def holes(present: Iterable[Segment], start: Segment, newest: int, left: Mapping[int, str]) -> list[Segment]:
    """The segments missing on the way from `start` to the last one of the `newest` timeline.

    `left` says where the newest timeline's ancestors were left: from there on its own segments count.
    """
    there, missing, first = set(present), [], start.number
    for timeline in sorted({*(ancestor for ancestor in left if ancestor >= start.timeline), newest}):
        last = max((segment.number for segment in there if segment.timeline == timeline), default=first - 1)
        end = number_of(left[timeline]) if timeline in left else last + 1
        missing += [Segment(timeline, n) for n in range(first, end) if Segment(timeline, n) not in there]
        first = max(first, end)
    return missing
