"""`manage.py generate_city`: a scratch database full of made-up cases, to measure on."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from approvals.city.building import NotScratch, Plan, build


class Command(BaseCommand):
    """Fill an empty database and say how long it took and how much disk it needs."""

    help = "用 COPY 在空的临时数据库里生成一座样本城市的办件（用于测量，不含真实数据）"

    def add_arguments(self, parser: CommandParser) -> None:
        """How many cases, over how many years."""
        parser.add_argument("--cases", type=int, default=1_000_000, help="办件数，默认一百万")
        parser.add_argument("--years", type=int, default=3, help="跨多少年，默认三年")
        parser.add_argument("--counties", type=int, default=6, help="几个区县，默认六个；每个有五个镇，每镇两个村")
        parser.add_argument("--open-share", type=float, default=0.1, help="未办结的占比，默认十分之一")
        parser.add_argument("--seed", type=int, default=1, help="随机种子；同一种子生成同样的城市")
        parser.add_argument("--reduced", action="store_true", help="一年以前办结的不写申请人")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, then state rows, seconds and megabytes."""
        if min(options["cases"], options["years"]) < 1 or options["counties"] < 0 or not 0 <= options["open_share"] < 1:
            raise CommandError("办件数和年数至少是 1，未办结占比在 0 和 1 之间。")
        plan = Plan(**{name: options[name] for name in ("cases", "years", "counties", "open_share", "seed", "reduced")})
        begun = time.monotonic()
        try:
            rows = build(plan, at=timezone.now(), told=self._told)
        except NotScratch as refusal:
            raise CommandError(str(refusal)) from refusal
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
        for table, count in rows.items():
            self.stdout.write(f"{table:32} {count:>12,}")
        self.stdout.write(f"用时 {time.monotonic() - begun:.0f} 秒，数据库 {size / 2**20:,.0f} MB")

    def _told(self, count: int) -> None:
        self.stderr.write(f"已写 {count:,} 件")
