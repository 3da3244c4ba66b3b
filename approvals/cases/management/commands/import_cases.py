"""`manage.py import_cases FILE --map MAP.toml [--events FILE] [--dry-run]`: cases of another system (存量办件)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.cases.actions.legacy import import_cases
from approvals.cases.legacy import LegacyMap, MapError, Reading, read_cases
from approvals.cases.models import Case
from hall.facts.errors import Refused
from hall.organisation.tables import Row, TableError, read_table

SHOWN = 20
MAX_ROWS = 2_000_000


class Command(BaseCommand):
    help = "导入存量办件：保留原编号、渠道、时间和期限，全部成功或全部不导入，不发消息，不产生法律后果。"

    def add_arguments(self, parser: CommandParser) -> None:
        """What the command takes."""
        parser.add_argument("file", type=Path, help="CSV 或 XLSX")
        parser.add_argument("--map", type=Path, required=True, help="对照表（TOML）")
        parser.add_argument("--events", type=Path, help="原系统的经过（CSV 或 XLSX）")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, report, and import unless something is wrong or it is a dry run."""
        try:
            legacy = LegacyMap.read(options["map"])
            known = set(Case.objects.exclude(legacy_number="").values_list("legacy_number", flat=True))
            reading = read_cases(read_table(options["file"], max_rows=MAX_ROWS), legacy, known=known)
            events: list[Row] = []
            if options["events"]:
                events = read_table(options["events"], max_rows=MAX_ROWS).rows
        except (MapError, TableError) as error:
            raise CommandError(str(error)) from error
        self._report(reading)
        if reading.errors:
            raise CommandError(f"有 {len(reading.errors)} 处错误，什么都没有导入。")
        if options["dry_run"]:
            self.stdout.write("试运行，没有导入。")
            return
        try:
            cases = import_cases(reading.cases, legacy, by=None, at=timezone.now(), events=events)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"已导入 {len(cases)} 件。")

    def _report(self, reading: Reading) -> None:
        for problem in reading.errors[:SHOWN]:
            self.stderr.write(f"第 {problem.line} 行 {problem.column}：{problem.sentence}")
        for problem in reading.warnings[:SHOWN]:
            self.stdout.write(f"注意 第 {problem.line} 行 {problem.column}：{problem.sentence}")
        closed = len(reading.cases) - reading.open
        self.stdout.write(
            f"可导入 {len(reading.cases)} 件：已办结 {closed} 件，其中超期 {reading.closed_late} 件；"
            f"在办 {reading.open} 件；注意 {len(reading.warnings)} 处；已导入过、跳过 {reading.skipped} 件。"
        )
