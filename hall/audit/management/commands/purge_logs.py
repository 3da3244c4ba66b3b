"""`manage.py purge_logs --by NAME`: remove packed logs whose months are over, in the name of somebody who may."""

from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.access.models import User
from hall.audit.actions import remove_logs
from hall.facts.errors import NotPermitted


class Command(BaseCommand):
    help = "清除保存期满的服务器日志；须由审计人员本人输入口令，并记入事件账。没有到期的不动。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="用户名", help="审计人员的用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"], is_active=True).first()
        # The same answer for a wrong name and a wrong password; the trail must not name somebody who was not there.
        if user is None or not user.check_password(getpass("口令：")):
            raise CommandError("用户名或口令不对。")
        try:
            removed = remove_logs(by=user, at=timezone.now())
        except NotPermitted as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"已清除 {removed} 个文件。" if removed else "没有到期的日志。")
