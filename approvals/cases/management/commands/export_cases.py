"""`manage.py export_cases FILE --since DAY --until DAY --purpose TEXT`: the provincial field set as one workbook."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.cases.actions.exporting import export_cases
from hall.facts.errors import Refused


class Command(BaseCommand):
    help = "按省级平台办件数据表导出（受理、过程、特别程序、结果、材料），含个人信息，留痕。"

    def add_arguments(self, parser: CommandParser) -> None:
        """What the command takes."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--since", type=date.fromisoformat, required=True)
        parser.add_argument("--until", type=date.fromisoformat, required=True)
        parser.add_argument("--purpose", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the workbook."""
        days = {name: options[name] for name in ("since", "until", "purpose")}
        try:
            count = export_cases(options["file"], by=None, at=timezone.now(), **days)
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        except OSError as error:
            raise CommandError(f"写不了文件 {options['file']}：{error.strerror}") from error
        self.stdout.write(f"已导出 {count} 件到 {options['file']}。")
