"""The commands of a newcomer, on machines that lack something."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SCRIPTS = ["script/up", "script/test", "script/check", "script/lock", "script/audit", "script/soak", ".ci/run"]
TOOLS = ("sh", "dirname", "cmp", "cp", "rm", "mktemp", "env", "printf", "cat", "mkdir", "touch", "chmod", "ln", "bash")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with a shell and a clone, and nothing else on its path."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tools / tool).symlink_to(found)
    clone = tmp_path / "clone"
    shutil.copytree(PROJECT / "script", clone / "script")
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements-venv.txt"):
        (clone / lock).write_text("# the lock\n")
    (clone / "manage.py").write_text("")
    return tmp_path


def tool(machine: Path, name: str, text: str) -> None:
    path = machine / "bin" / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def run(machine: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(machine / "clone" / script), *arguments],
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_script_can_be_run_and_read(script: str) -> None:
    path = PROJECT / script
    assert path.stat().st_mode & stat.S_IXUSR
    shell = "bash" if "bash" in path.read_text().split("\n", 1)[0] else "sh"
    assert subprocess.run([shell, "-n", str(path)], check=False).returncode == 0


def test_without_python_the_version_and_the_packages_are_named(machine: Path) -> None:
    refused = run(machine, "script/up")
    assert refused.returncode == 1
    assert "Python 3.11" in refused.stderr


def test_an_old_python_is_no_python(machine: Path) -> None:
    tool(machine, "python3", "exit 1")
    assert "Python 3.11" in run(machine, "script/up").stderr


def test_without_venv_and_pip_the_one_package_is_named(machine: Path) -> None:
    tool(machine, "python3", 'case "$*" in *version_info*) exit 0;; *) exit 1;; esac')
    refused = run(machine, "script/up")
    assert refused.returncode == 1
    assert "python3-venv" in refused.stderr


# A Python that makes an environment whose own python writes down what it was asked.
FULL = """
case "$*" in
  *version_info*|*ensurepip*) exit 0;;
  *"-m venv"*) for last; do :; done; mkdir -p "$last/bin"
    printf '#!/bin/sh\\necho "$*" >> "%s/asked"\\n' "$last" > "$last/bin/python"; chmod +x "$last/bin/python";;
esac
"""
# The same without the venv module: pip brings virtualenv.
BORROWING = FULL.replace(
    "*version_info*|*ensurepip*) exit 0;;", "*version_info*) exit 0;; *ensurepip*) exit 1;;"
).replace('*"-m venv"*', '*"-m venv"*) exit 1;; *"-m pip"*) exit 0;; *"-m virtualenv"*')
# One whose pip installs elsewhere too; the environment it makes has none of its own.
SHARING = FULL.replace(
    "  *version_info*", '  *"-m pip"*) echo "$*" >> "${0%/bin/*}/pip";;\n  *version_info*', 1
).replace("#!/bin/sh\\n", '#!/bin/sh\\ncase "$*" in *"import pip"*) exit 1;; esac\\n')
# One whose pip is older than that.
OLD_PIP = FULL.replace("  *version_info*", '  *"pip --python"*|*--without-pip*) exit 2;;\n  *version_info*', 1)


def asked(machine: Path) -> str:
    return (machine / "clone" / ".venv" / "asked").read_text()


@pytest.mark.parametrize("python", [FULL, OLD_PIP, BORROWING], ids=["venv", "old pip", "virtualenv"])
def test_an_environment_is_made_filled_from_the_lock_and_used(machine: Path, python: str) -> None:
    tool(machine, "python3", python)
    done = run(machine, "script/up", "--port", "8001")
    assert done.returncode == 0, done.stderr
    assert "pip install" in asked(machine)
    assert "--require-hashes" in asked(machine)
    assert asked(machine).rstrip().endswith("manage.py up --port 8001")


def test_an_environment_without_pip_is_filled_by_the_one_it_was_made_with(machine: Path) -> None:
    tool(machine, "python3", SHARING)
    done = run(machine, "script/up")
    assert done.returncode == 0, done.stderr
    assert "pip install" not in asked(machine)
    assert re.search(r"--python \S+/\.venv/bin/python install .*--require-hashes", (machine / "pip").read_text())


def test_an_unchanged_lock_is_not_installed_again(machine: Path) -> None:
    tool(machine, "python3", FULL)
    run(machine, "script/up")
    run(machine, "script/up")
    assert asked(machine).count("pip install") == 1


def test_a_changed_lock_is_installed_again(machine: Path) -> None:
    tool(machine, "python3", FULL)
    run(machine, "script/up")
    (machine / "clone" / "requirements.txt").write_text("# a newer lock\n")
    run(machine, "script/up")
    assert asked(machine).count("pip install") == 2


def test_without_a_browser_the_packages_are_named_and_the_rest_is_run(machine: Path) -> None:
    tool(machine, "python3", FULL)
    done = run(machine, "script/test", "tests/hall/workdays", "-k", "leap")
    assert "chromium" in done.stdout
    assert asked(machine).rstrip().endswith("-m pytest tests/hall/workdays -k leap")


def test_a_whole_run_is_shared_by_three(machine: Path) -> None:
    tool(machine, "python3", FULL)
    tool(machine, "chromium", "")
    done = run(machine, "script/test")
    assert "chromium" not in done.stdout
    assert "-n 3" in asked(machine)


def test_a_folder_with_spaces_and_chinese_in_its_name_is_no_obstacle(machine: Path) -> None:
    tool(machine, "python3", FULL)
    place = machine / "政务 大厅"
    os.rename(machine / "clone", place)
    done = subprocess.run(
        [str(place / "script/up")], env={"PATH": str(machine / "bin")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-venv.txt"])
def test_a_lock_holds_hashes_and_no_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    assert "--hash=sha256:" in text
    assert "://" not in text
    assert "--index-url" not in text
