"""`manage.py app_grants ROLE`: print the GRANT statements of the application's own database role."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.ledger.grants import statements


class Command(BaseCommand):
    help = "写出应用账号的数据库授权语句（由表的所有者在每次迁移后执行）；该账号不能改动或删除事件账。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="事先建好的数据库角色，不得拥有任何表")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = statements(options["role"])
        except ValueError:
            raise CommandError("角色名只能用小写字母、数字和下划线，且不以数字开头。") from None
        for statement in lines:
            self.stdout.write(f"{statement};")
