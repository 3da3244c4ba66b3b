"""Secrets of a local installation."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hall.local.secrets import local_secrets
from hall.local.trouble import Trouble


def test_are_made_once(folder: Path) -> None:
    assert local_secrets() == local_secrets()


def test_differ_between_installations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = local_secrets()
    monkeypatch.setenv("HALL_DATA_DIR", str(folder / "other"))
    there = local_secrets()
    assert all(here[name] != there[name] for name in here)


def test_are_readable_by_their_owner_only(folder: Path) -> None:
    local_secrets()
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_hold_keys_of_32_bytes(folder: Path) -> None:
    made = local_secrets()
    assert len(base64.b64decode(made["field_keys"].removeprefix("k1:"))) == 32
    assert len(base64.b64decode(made["index_key"])) == 32


def test_of_many_first_starts_all_agree(folder: Path) -> None:
    with ThreadPoolExecutor(8) as starts:
        made = list(starts.map(lambda _: tuple(local_secrets().values()), range(24)))
    assert len(set(made)) == 1


def test_leave_no_draft_behind(folder: Path) -> None:
    local_secrets()
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"secret_key": "x"}'])
def test_a_damaged_file_is_never_replaced(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "secrets.json").write_text(text)
    with pytest.raises(Trouble, match="请从备份恢复"):
        local_secrets()
    assert (folder / "secrets.json").read_text() == text
