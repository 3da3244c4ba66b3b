"""One small archived database for all tests of a process; a copy of its backups for those that break something."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hall.backup.vault import Vault
from tests.hall.backup.builders import ONE_KEY, Place, a_folder


@pytest.fixture(scope="session")
def place() -> Iterator[Place]:
    made = Place.started()
    made.sql(
        "CREATE TABLE kept (id int PRIMARY KEY, word text)",
        "INSERT INTO kept SELECT n, 'x' FROM generate_series(1, 500) n",
    )
    yield made
    made.remove()


@pytest.fixture(scope="session")
def backed_up(place: Place) -> Place:
    place.files.mkdir()
    (place.files / "paper").write_bytes(b"paper" * 100)
    place.back_up()
    place.archived()
    return place


@pytest.fixture
def copied(backed_up: Place) -> Iterator[Vault]:
    """The backup disk, to be damaged."""
    folder = a_folder("copy")
    shutil.copytree(backed_up.disk, folder)
    yield Vault(folder, backed_up.vault.keys)
    shutil.rmtree(folder)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty backup folder."""
    made = Vault(tmp_path, ONE_KEY)
    made.prepare()
    return made
