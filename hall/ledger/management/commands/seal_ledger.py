"""`manage.py seal_ledger`: seal finished events once, where no scheduler runs."""

from typing import Any

from django.core.management.base import BaseCommand

from hall.ledger import tasks


class Command(BaseCommand):
    help = "封存已完成的事件；可与定时任务同时运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已写入 {tasks.seal()} 段封存。")
