"""`gather_static`: what `manage.py up` does with the static files while it makes the tables, in a process beside it."""

from typing import Any

from django.core.management.base import BaseCommand

from hall.local import preparation


class Command(BaseCommand):
    help = "整理并压缩静态文件，供 manage.py up 使用。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        preparation.gather_static()
