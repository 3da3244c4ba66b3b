"""`manage.py recalculate`: the same recalculation the scheduler runs after a notice, by hand and to the end."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hall.workdays.following_actions import follow
from hall.workdays.models import CalendarChange


class Command(BaseCommand):
    help = "放假安排变更后重算在办期限，分批进行，可以中断后再运行，也可以和后台任务同时运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Go on until nothing is left, and say how each notice stands."""
        waiting = list(CalendarChange.objects.filter(finished_at__isnull=True).values_list("pk", flat=True))
        if not waiting:
            self.stdout.write("没有要重算的。")
            return
        follow(at=timezone.now())
        for change in CalendarChange.objects.filter(pk__in=waiting).select_related("notice"):
            state = _state(change)
            parked = f"，{change.parked} 件算不出，请看日志" if change.parked else ""
            counted = f"{change.done}/{change.total} 件，变动 {change.moved} 个期限"
            self.stdout.write(f"{change.notice}：{counted}，{state}{parked}。")


def _state(change: CalendarChange) -> str:
    if change.finished_at:
        return "完毕"
    return "另有进程在算" if change.begun_at else "等导入前开始的操作结束，请稍后再运行"
