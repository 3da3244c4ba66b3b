"""manage.py rectification_watch: what the scheduler does every five minutes, by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hall.rectification.actions.watching import flag_late


class Command(BaseCommand):
    help = "检查差评的联系核实、整改答复、回访和申诉裁定期限，逾期的各提示一次；重复运行不会重复提示。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新提示逾期 {flag_late(at=timezone.now())} 项。")
