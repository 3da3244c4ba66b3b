"""How much memory the embedded PostgreSQL takes for its own pages: by what it holds, and by what the machine has.

Its default of 128 MB is for a database of a few hundred megabytes. Ten million cases are nineteen gigabytes; with the
default a sweep of ten thousand clocks waits for half again as long (docs/performance.md). A quarter of the memory is
what PostgreSQL's own manual calls a reasonable start (chapter 19.4.1).
"""

import os
from pathlib import Path
from typing import Final

MB: Final = 1024 * 1024
DEFAULT_MB: Final = 128
SHARE: Final = 4
_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")  # of a container; "max" where there is none


def shared_buffers(tables: int, memory: int) -> int:
    """Megabytes: a quarter of the tables, but no less than PostgreSQL's default and no more than a quarter of memory.

    `tables` and `memory` are bytes.
    """
    return max(DEFAULT_MB, min(tables, memory) // SHARE // MB)


def memory_settings(folder: Path) -> dict[str, str]:
    """For a server on this data folder, by what lies in it now; a hall that grows gets more at its next start."""
    return {"shared_buffers": f"{shared_buffers(size_of(folder / 'base'), memory())}MB"}


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder; what goes away while it is looked at does not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def memory() -> int:
    """Bytes this machine has, or this container may have."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(whole, int(_LIMIT.read_text()))
    except (OSError, ValueError):
        return whole
