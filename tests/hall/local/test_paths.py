"""Where the data lies, and who may look into it."""

import os
import stat
from pathlib import Path

import pytest

from hall.local import paths
from hall.local.trouble import Trouble


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_lies_beside_manage_py_unless_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HALL_DATA_DIR")
    assert paths.data_dir() == Path(__file__).resolve().parents[3] / "var"


def test_moves_with_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_DATA_DIR", "relative/place")
    assert paths.data_dir() == Path.cwd() / "relative/place"


def test_nobody_else_lists_the_data_folder(folder: Path) -> None:
    paths.make_data_dir()
    assert mode(folder) & 0o066 == 0


def test_nobody_else_reads_the_logs(folder: Path) -> None:
    assert mode(paths.log_file("web").parent) == 0o700


def test_an_existing_folder_keeps_its_rights(folder: Path) -> None:
    folder.mkdir(mode=0o750)
    paths.make_data_dir()
    assert mode(folder) == 0o750


@pytest.mark.parametrize("place", ["/proc/hall", "/dev/null/hall"])
def test_a_folder_that_cannot_be_made_has_a_sentence(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("HALL_DATA_DIR", place)
    with pytest.raises(Trouble, match=r"数据目录不能写入：.*HALL_DATA_DIR"):
        paths.make_data_dir()


def test_a_file_in_the_place_of_the_folder_has_a_sentence(folder: Path) -> None:
    folder.write_text("")
    with pytest.raises(Trouble, match="不能写入"):
        paths.make_data_dir()
    folder.unlink()


def test_sockets_lie_in_the_data_folder(folder: Path) -> None:
    assert paths.run_dir() == folder / "run"


def test_sockets_of_a_deep_folder_lie_where_their_path_is_short_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_DATA_DIR", "/srv/" + "政务服务" * 12)
    socket = paths.run_dir() / ".s.PGSQL.5432"
    assert len(os.fsencode(socket)) <= 107


def test_two_deep_folders_do_not_share_their_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    found = set()
    for name in ("a", "b"):
        monkeypatch.setenv("HALL_DATA_DIR", f"/srv/{'x' * 100}/{name}")
        found.add(paths.run_dir())
    assert len(found) == 2


def test_a_socket_folder_of_somebody_else_is_not_trusted(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    paths.make_data_dir()
    (folder / "run").mkdir()
    os.chown(folder / "run", 4321, -1)
    with pytest.raises(Trouble, match="不属于本系统"):
        paths.make_run_dir(os.geteuid())


def test_sockets_left_by_servers_that_ran_as_another_user_are_taken_over(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    paths.make_data_dir()
    paths.make_run_dir(4321)
    (folder / "run" / "stale").touch()
    os.chown(folder / "run" / "stale", 4321, -1)
    made = paths.make_run_dir(os.geteuid(), before=4321)
    assert {path.stat().st_uid for path in (made, made / "stale")} == {os.geteuid()}


def test_a_link_in_the_place_of_the_socket_folder_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    paths.make_data_dir()
    (folder / "run").symlink_to(tmp_path)
    with pytest.raises(Trouble, match="不属于本系统"):
        paths.make_run_dir(os.geteuid())
