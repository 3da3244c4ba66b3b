"""`manage.py relay`: send what waits in the outbox, once."""

from typing import Any

from django.core.management.base import BaseCommand

from hall.outbox import tasks


class Command(BaseCommand):
    help = "发出待发消息；可与定时任务同时运行，每条消息只发一次。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"已发出 {tasks.relay()} 条消息。")
