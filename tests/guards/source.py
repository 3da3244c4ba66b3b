"""The files of the house, and what their syntax says."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SILENT: Final = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git holds or would add; what it ignores concerns nobody."""
    ask = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(ask, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in dict.fromkeys(listed.split("\0")) if name and (path := ROOT / name).is_file())


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def strings(self) -> Iterator[tuple[int, str]]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value

    def lines_of_code(self) -> int:
        """Lines that hold a token: no blank line, no comment, no docstring."""
        lines: set[int] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type not in SILENT:
                lines.update(range(token.start[0], token.end[0] + 1))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False):
                lines.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        return len(lines)


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def product() -> tuple[Source, ...]:
    """Code people wrote: no migration, no test."""
    return tuple(source for source in _python("hall", "approvals") if "/migrations/" not in source.name)


@cache
def suite() -> tuple[Source, ...]:
    return tuple(_python("tests"))


@cache
def migrations() -> tuple[Source, ...]:
    return tuple(source for source in _python("hall", "approvals") if "/migrations/" in source.name)


def _python(*packages: str) -> Iterator[Source]:
    for path in tracked():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in packages:
            yield Source(path, path.read_text())
