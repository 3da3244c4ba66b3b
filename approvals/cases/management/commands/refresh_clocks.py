"""`manage.py refresh_clocks --ended`: fill in how long decisions took, where the rows are older than those columns."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.cases.recalculation import measure_ended


class Command(BaseCommand):
    help = "补算已停止的决定时钟用了多少天（净用工作日、历时、提前天数）。可以重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        """What the command takes."""
        parser.add_argument("--ended", action="store_true", help="补算已经作出决定的办件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and say how many."""
        if not options["ended"]:
            raise CommandError("请写明 --ended：只补算已经作出决定的办件；在办的期限随放假通知自动重算。")
        self.stdout.write(f"已补算 {measure_ended()} 件。")
