"""One portal for all tests of a file, with clerks at work in it all the time."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clients import Office
from tests.faults.history import History
from tests.faults.portal import Portal


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    folder = Path(os.environ["HALL_DATA_DIR"]) / f"fire-{uuid.uuid4().hex[:8]}"
    running = Portal(folder, "tests.faults.brisk")
    running.wait_until_whole()
    yield running
    running.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("faults") / "history.jsonl")


@pytest.fixture(scope="module")
def office(portal: Portal, history: History) -> Iterator[Office]:
    working = Office(portal, history)
    working.open()
    yield working
    working.close()
