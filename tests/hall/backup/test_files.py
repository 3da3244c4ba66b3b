"""A file is there whole or not at all."""

import os
from pathlib import Path

import pytest

from hall.backup.files import whole


def test_it_appears_when_it_is_finished_and_not_before(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with whole(place) as file:
        file.write(b"content")
        assert not place.exists()
    assert place.read_bytes() == b"content"
    assert place.stat().st_mode & 0o777 == 0o600


def test_one_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with whole(tmp_path / "place") as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fail()
    assert os.listdir(tmp_path) == []


def test_what_was_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.write_bytes(b"old")

    def fail() -> None:
        with whole(place):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert place.read_bytes() == b"old"
    with whole(place) as file:
        file.write(b"new")
    assert place.read_bytes() == b"new"


def test_a_draft_of_a_killed_process_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f".place.{os.getpid()}").write_bytes(b"left by a process of the same number")
    with whole(tmp_path / "place") as file:
        file.write(b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_link_somebody_laid_in_the_way_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"untouched")
    (tmp_path / f".place.{os.getpid()}").symlink_to(outside)

    def write() -> None:
        with whole(tmp_path / "place") as file:
            file.write(b"content")

    with pytest.raises(OSError, match="symbolic links"):
        write()
    assert outside.read_bytes() == b"untouched"
