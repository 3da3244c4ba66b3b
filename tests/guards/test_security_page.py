"""docs/security.md has a row for every requirement that applies, and names only tests that exist."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
# ASVS 5.0.0: requirements of levels 1 and 2 that apply here, by chapter.
CHAPTERS = {1: 19, 2: 11, 3: 18, 4: 4, 5: 9, 6: 31, 7: 16, 8: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 12, 16: 16}
CONTROLS = (
    "身份鉴别", "访问控制", "安全审计", "入侵防范", "恶意代码防范", "可信验证", "数据完整性", "数据保密性",
    "数据备份恢复", "剩余信息保护", "个人信息保护", "系统管理", "审计管理", "安全管理", "集中管控",
)  # fmt: skip
_ROW = re.compile(r"^\| (\d+(?:\.\d+){2}) \| (.+?) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_PAGE = re.compile(r"page: ([\w./-]+)")
TEXT = PAGE.read_text("utf-8")


@cache
def source(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def control_rows() -> list[list[str]]:
    table = TEXT[TEXT.index("## 等保三级") :]
    lines = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| 要求")]
    return [line.strip("| ").split(" | ") for line in lines]


def test_every_requirement_that_applies_has_its_row() -> None:
    ids = [row[0] for row in _ROW.findall(TEXT)]
    assert len(ids) == len(set(ids)) == 188
    counted = {chapter: sum(one.startswith(f"{chapter}.") for one in ids) for chapter in CHAPTERS}
    assert counted == CHAPTERS


@pytest.mark.parametrize(("requirement", "shown"), [(row[0], row[2]) for row in _ROW.findall(TEXT)])
def test_each_row_shows_it_or_says_no(requirement: str, shown: str) -> None:
    named, pages = _NAMED.findall(shown), _PAGE.findall(shown)
    assert bool(named or pages) != shown.startswith("no: ")
    assert all((ROOT / page).is_file() for page in pages)
    for path, name in named:
        assert re.search(rf"^\s*def {name}\(", source(path), re.MULTILINE), f"{path} has no {name}"


@pytest.mark.parametrize("row", control_rows(), ids=lambda row: row[0][:12])
def test_each_control_shows_it_or_says_no(row: list[str]) -> None:
    named = _NAMED.findall(row[2])
    assert bool(named) != row[2].startswith("no: ")
    for path, name in named:
        assert re.search(rf"^\s*def {name}\(", source(path), re.MULTILINE), f"{path} has no {name}"


@pytest.mark.parametrize("control", CONTROLS)
def test_every_control_is_there(control: str) -> None:
    assert [row for row in control_rows() if row[0].startswith(control)]
