"""`manage.py appraise`: compute the sheets of every period that is not frozen."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.appraisal.actions.computing import recompute_open


class Command(BaseCommand):
    help = "重新计算所有未定分考核期的考核分；事实没有变，分数就不变。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and say how many."""
        done = recompute_open(at=timezone.now())
        self.stdout.write(f"已计算 {done.sheets} 张考核表。")
        if done.failed:
            raise CommandError(f"没有算成的考核期：{'、'.join(done.failed)}。原来的分没有动，原因见日志。")
