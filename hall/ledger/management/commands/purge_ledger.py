"""`manage.py purge_ledger`: remove idempotency keys older than seven days and counters of past windows."""

from typing import Any

from django.core.management.base import BaseCommand

from hall.ledger import tasks


class Command(BaseCommand):
    help = "清除过期的防重复键和限次计数。事件不受影响。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已清除 {tasks.purge()} 行。")
