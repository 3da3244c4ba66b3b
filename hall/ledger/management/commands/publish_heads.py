"""`manage.py publish_heads [FOLDER]`: write the last seal of every center into the day's file, to be kept elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.ledger.publishing import publish


class Command(BaseCommand):
    help = "公布封存值：把每个中心最后一段封存写入当日文件，供另行保存。当日文件已在的不改写。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="目录；不写的用 HALL_HEADS_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            path = publish(timezone.now(), options["folder"])
        except OSError as error:
            raise CommandError(f"写不了封存值：{error.strerror}") from error
        self.stdout.write(f"封存值在 {path}" if path else "还没有封存，没有可公布的。")
