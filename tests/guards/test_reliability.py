"""docs/reliability.md names for every case the test that shows it, or says why there is none."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
COUNTS = {
    "R": 18, "D": 13, "N": 17, "T": 24, "A": 16, "L": 13, "X": 12, "F": 9, "W": 12, "P": 15, "U": 9, "B": 8, "S": 7,
    "I": 15,
}  # fmt: skip
IDS = [f"{group}{number:02d}" for group, count in COUNTS.items() for number in range(1, count + 1)]
PROMISES = [f"P{number}" for number in range(1, 11)]
LEAST_REASON = 20  # characters
_ROW = re.compile(r"^\| ([A-Z]\d\d) \| (.+?) \| (.+) \|$")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows() -> dict[str, tuple[str, str]]:
    """What holds and what shows it, by id; a case that stands twice is an error."""
    found: dict[str, tuple[str, str]] = {}
    for line in PAGE.read_text("utf-8").partition("## The cases")[2].splitlines():
        if row := _ROW.match(line):
            assert row[1] not in found, f"{row[1]} stands twice"
            found[row[1]] = (row[2], row[3])
    return found


@cache
def written_in(path: str) -> dict[str, str]:
    """The tests of a file with their docstrings."""
    text = (ROOT / path).read_text("utf-8")
    return {
        node.name: ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_the_page_holds_exactly_the_cases() -> None:
    assert len(IDS) == 188
    assert sorted(rows()) == sorted(IDS)


@pytest.mark.parametrize("case", IDS)
def test_each_case_names_its_test_or_its_reason(case: str) -> None:
    holds, shown = rows()[case]
    named = _NAMED.findall(shown)
    reason = re.search(r"no: (.+)$", shown)
    assert len(holds) >= LEAST_REASON
    assert bool(named) != bool(shown.startswith("no: ")), "either tests, or `no:` and the reason"
    if reason and not named:
        assert len(reason[1]) >= LEAST_REASON
        assert "TODO" not in shown
    for path, name in named:
        assert (ROOT / path).is_file(), path
        tests = written_in(path)
        assert name in tests, f"{path} has no {name}"
        said = re.search(
            rf"(?<![a-z0-9]){case}[a-z]?(?![a-z0-9])", f"{name.replace('_', ' ')} {tests[name]}", re.IGNORECASE
        )
        assert said, f"{name} does not carry the id {case}"


def test_the_promises_stand_at_the_head_with_figure_and_test() -> None:
    text = PAGE.read_text("utf-8")
    head = text[: text.index("## The cases")]
    lines = {line.split(" ", 2)[1]: line for line in head.splitlines() if line.startswith("| P")}
    assert list(lines) == PROMISES
    for promise, line in lines.items():
        for path, name in _NAMED.findall(line):
            assert name in written_in(path), f"{promise}: {path} has no {name}"
        assert "`" in line or "no: " in line, promise
