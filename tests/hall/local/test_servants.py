"""As whom the servers run."""

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from hall.local import servants
from hall.local.servants import NAMESPACE, NOBODY, Servant, closed_above, find_servant
from hall.local.trouble import Trouble

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its programs over")


def run(servant: Servant, *command: str) -> str:
    started = servant.start(list(command), log=subprocess.PIPE)
    return started.communicate()[0].decode().strip()


def test_a_closed_folder_on_the_way_is_found(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "deep").mkdir(parents=True)
    closed.chmod(0o700)
    for parent in closed.parents[:2]:
        parent.chmod(0o755)
    found = closed_above(closed / "deep" / "not yet there")
    assert found is not None
    assert found == closed or found in closed.parents


def test_an_open_way_has_no_closed_folder() -> None:
    assert closed_above(Path("/usr/bin/env")) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="an ordinary user's way")
def test_an_ordinary_user_runs_the_servers_directly(folder: Path) -> None:
    assert (find_servant().owner, find_servant().prefix) == (os.geteuid(), ())


@as_root
def test_root_hands_over_to_nobody_where_the_way_is_open(folder: Path) -> None:
    if closed_above(servants.redis_server()):
        pytest.skip("this clone lies below a closed folder")
    folder.mkdir(mode=0o711)
    servant = find_servant()
    assert servant.owner == pwd.getpwnam("nobody").pw_uid
    assert run(servant, "id", "-u") == str(servant.owner)


@as_root
def test_nobody_keeps_none_of_roots_groups(folder: Path) -> None:
    folder.mkdir(mode=0o711)
    servant = Servant(Path(), Path(), pwd.getpwnam("nobody").pw_uid)
    assert run(servant, "id", "-G") == str(pwd.getpwnam("nobody").pw_gid)


@as_root
def test_root_uses_a_namespace_below_a_closed_folder(folder: Path) -> None:
    if subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine forbids user namespaces")
    folder.mkdir(mode=0o700)
    servant = find_servant()
    assert (servant.owner, servant.seen_as) == (0, NOBODY)
    assert run(servant, "id", "-u") == str(NOBODY)


@as_root
def test_without_a_namespace_a_closed_folder_has_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(servants, "NAMESPACE", ["false"])
    with pytest.raises(Trouble, match=f"nobody 用户，而它进不了目录 {folder}.*HALL_DATA_DIR"):
        find_servant()


@as_root
def test_programs_out_of_reach_are_copied_into_reach(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, _ = servants.postgres_folders()
    monkeypatch.setattr(servants, "NAMESPACE", ["false"])
    monkeypatch.setattr(servants, "closed_above", lambda path: path if path.is_relative_to(package) else None)
    folder.mkdir(mode=0o711)
    servant = find_servant()
    assert servant.postgres_bin.is_relative_to(folder)
    assert "PostgreSQL" in run(servant, str(servant.postgres_bin / "postgres"), "--version")
    assert "initdb" in run(servant, str(servant.postgres_bin / "initdb"), "--version")
    assert "Redis server" in run(servant, str(servant.redis_server), "--version")


@as_root
def test_files_of_another_way_of_running_are_taken_over(folder: Path) -> None:
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "file").write_text("")
    nobody = pwd.getpwnam("nobody").pw_uid
    Servant(Path(), Path(), nobody).own(folder)
    assert {path.stat().st_uid for path in (folder, *folder.rglob("*"))} == {nobody}


def test_servers_see_nothing_of_our_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_SECRET_KEY", "not for the servers")
    folder.mkdir(mode=0o711)
    assert "not for the servers" not in run(Servant(Path(), Path(), os.geteuid()), "env")
