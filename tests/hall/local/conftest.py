"""Folders that the servers' user can reach, which pytest's own cannot be when the run is root's."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The name of a data folder that does not exist yet, set as the one in use."""
    path = Path(os.environ["HALL_DATA_DIR"]) / f"d-{uuid.uuid4().hex[:8]}"
    monkeypatch.setenv("HALL_DATA_DIR", str(path))
    yield path
    shutil.rmtree(path, ignore_errors=True)
