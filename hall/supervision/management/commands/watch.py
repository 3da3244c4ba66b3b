"""The watch by hand, as the scheduler does it every minute."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hall.supervision import watching


class Command(BaseCommand):
    help = "按启用的监察规则发牌、发提示，并撤销依据已不成立的督查牌；可以重复运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch once, review the grounds once, say what came of it."""
        at = timezone.now()
        result, withdrawn = watching.watch(at=at), watching.review_grounds(at=at)
        self.stdout.write(
            f"发牌 {result.cards} 张，提示 {result.signals} 条，停表未发 {result.paused} 件，自动撤销 {withdrawn} 张。"
        )
        if result.parked:
            self.stdout.write(f"出错暂缓：{'、'.join(result.parked)}。")
