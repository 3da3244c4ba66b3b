"""`manage.py bench_curve FILE…`: the lines of several runs of `bench --json` as a picture of cost against scale."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.bench import curve


class Command(BaseCommand):
    """Draw docs/performance/curve.svg."""

    help = "把几次 bench --json 的结果画成“成本随办件数变化”的图"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the lines are, where the picture goes."""
        parser.add_argument("files", nargs="+", type=Path, help="bench --json 写出的文件")
        parser.add_argument("--out", type=Path, default=Path("docs/performance/curve.svg"), help="图的去处")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every line, draw, say where it lies."""
        lines = [_read(file, text) for file in options["files"] for text in _lines(file)]
        if not lines:
            raise CommandError("这些文件里没有测量结果。")
        out: Path = options["out"]
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(curve.draw(curve.points(lines)), encoding="utf-8")
        self.stdout.write(str(out))


def _lines(file: Path) -> list[str]:
    try:
        return [text for text in file.read_text(encoding="utf-8").splitlines() if text.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"读不了 {file}。") from error


def _read(file: Path, text: str) -> dict[str, Any]:
    try:
        line = json.loads(text)
        if line["scale"] in curve.SCALES and line["ours"] > 0:
            return dict(line)
    except (ValueError, KeyError, TypeError):
        pass
    raise CommandError(f"{file} 里有一行不是测量结果：{text[:60]}")
