"""`manage.py erase_expired [--dry-run]`: erase the personal data of records kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hall.organisation.models import Center
from hall.retention import queries, tasks
from hall.retention.kinds import kinds


class Command(BaseCommand):
    help = "清除保存期满的个人信息（办件的当事人、材料、文书正文，评价和投诉的内容）。分批提交，可以中断。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="只数有多少，不清除")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            self.stdout.write(f"已清除 {tasks.erase()} 件。")
            return
        on, total = timezone.localdate(), 0
        for center in Center.objects.order_by("pk"):
            for kind in kinds():
                if number := queries.due(kind, center.pk, on).count():
                    self.stdout.write(f"{center.name} {kind.label}：{number} 件")
                    total += number
        self.stdout.write(f"共 {total} 件到期，没有清除。")
