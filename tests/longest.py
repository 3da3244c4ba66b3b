"""The longest files first, so that no process is left alone with one at the end; and what they were, said at the end.

Imported by tests/conftest.py. Where a whole run says another order than `LONGEST`, it is changed here.
"""

from collections import Counter
from typing import Final

import pytest

# Files, or folders, in the order in which they are handed out. Those of tests/faults wait more than they work.
LONGEST: Final = (
    "tests/faults/test_portal.py",
    "tests/guards/test_bad_input.py",
    "tests/guards/test_routes.py",
    "tests/faults/test_workshop.py",
    "tests/guards/",
    "tests/journeys/",
    "tests/privacy/",
    "tests/security/",
    "tests/hall/backup/",
    "tests/hall/local/",
)
TOLD: Final = 25  # files
_seconds: Counter[str] = Counter()


def _place(item: pytest.Item) -> int:
    fits = (number for number, start in enumerate(LONGEST) if item.nodeid.startswith(start))
    return next(fits, len(LONGEST))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files before short ones."""
    items.sort(key=_place)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Setting up, running and clearing away."""
    _seconds[report.nodeid.split("::", 1)[0]] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """For a run of many files."""
    if len(_seconds) <= TOLD:
        return
    terminalreporter.section(f"slowest files of {len(_seconds)}, {sum(_seconds.values()):.0f} s in all")
    for name, seconds in _seconds.most_common(TOLD):
        terminalreporter.line(f"{seconds:7.1f} s {name}")
