"""`manage.py rebuild_tallies [--since 2026-01-01]`: count the dashboard's figures anew from the facts."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.dashboard import fact_counting, rolling

# No fact is older than this many days.
EVER = 40 * 366


class Command(BaseCommand):
    """Rebuild the tallies."""

    help = "按办件事实重新汇总看板数字；--since 只重算这一天所在月份以后的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", default="", help="日期，例如 2026-01-01")

    def handle(self, *args: Any, since: str, **options: Any) -> None:
        try:
            first = date.fromisoformat(since) if since else None
        except ValueError:
            raise CommandError("--since 请写成 2026-01-01 这样的日期。") from None
        rolling.rebuild(timezone.now(), since=first)
        fact_counting.recount(timezone.now(), days=EVER)
        self.stdout.write("看板数字已重新汇总。")
