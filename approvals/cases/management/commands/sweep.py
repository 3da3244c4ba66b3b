"""`manage.py sweep`: the same sweep the scheduler runs, for an operating system's timer or by hand."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from approvals.cases.actions.lateness import sweep


class Command(BaseCommand):
    help = "检查期限：临期、超承诺、超法定、视为受理、逾期未补。可以和定时任务同时运行，效果只有一次。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one sweep and say what it did."""
        result = sweep(at=timezone.now())
        self.stdout.write(
            f"检查 {result.looked_at} 个时钟，新增提示 {result.raised} 条，法律后果 {result.consequences} 件。"
        )
        for docket in result.parked:
            self.stderr.write(f"办件 {docket} 的时钟处理不了，已搁置一小时，请看日志。")
