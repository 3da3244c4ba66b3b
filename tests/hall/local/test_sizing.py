"""The memory PostgreSQL gets: with what it holds, within what there is."""

import os
from pathlib import Path

import pytest

from hall.local.sizing import MB, memory, memory_settings, shared_buffers, size_of

GB = 1024 * MB


@pytest.mark.parametrize(
    ("tables", "machine", "megabytes"),
    [
        (0, 24 * GB, 128),  # a first start
        (200 * MB, 24 * GB, 128),  # a demonstration
        (5 * GB, 24 * GB, 1280),  # a million cases
        (19 * GB, 24 * GB, 4864),  # ten million
        (19 * GB, 4 * GB, 1024),  # on a small machine
        (19 * GB, 256 * MB, 128),
    ],
)
def test_a_quarter_of_the_tables_within_a_quarter_of_the_memory(tables: int, machine: int, megabytes: int) -> None:
    assert shared_buffers(tables, machine) == megabytes


def test_a_folder_counts_with_all_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "base" / "1").mkdir(parents=True)
    (tmp_path / "base" / "1" / "16384").write_bytes(b"x" * 5000)
    (tmp_path / "base" / "2").write_bytes(b"x" * 7)
    (tmp_path / "base" / "gone").symlink_to(tmp_path / "nowhere")
    assert size_of(tmp_path / "base") >= 5007
    assert size_of(tmp_path / "nothing") == 0


def test_a_new_server_starts_with_the_default(tmp_path: Path) -> None:
    assert memory_settings(tmp_path) == {"shared_buffers": "128MB"}


def test_the_machine_has_no_more_than_the_kernel_says() -> None:
    assert 256 * MB < memory() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
