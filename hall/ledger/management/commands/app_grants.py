"""`manage.py app_grants ROLE`: print the GRANT statements of the application's own database role, or run them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from hall.ledger.grants import bounding, install, quieting, statements


class Command(BaseCommand):
    help = (
        "写出应用账号的数据库授权语句（由表的所有者在每次迁移后执行）；该账号不能改动或删除事件账和修改记录。"
        "网页和后台任务用这个账号连接（HALL_APP_DATABASE_URL），迁移和管理命令用表的所有者（DATABASE_URL）。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="数据库角色，不得拥有任何表")
        parser.add_argument("--apply", action="store_true", help="直接执行；没有这个角色时先建立（不设口令）")

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"]
        try:
            lines, once = statements(role), [*quieting(role), *bounding(role)]
        except ValueError:
            raise CommandError("角色名只能用小写字母、数字和下划线，且不以数字开头。") from None
        if options["apply"]:
            self._apply(role)
            return
        for statement in lines:
            self.stdout.write(f"{statement};")
        self.stdout.write(
            "-- 以下由数据库的超级用户执行一次：服务器的日志不重复应用写入的内容；应用可以查看日志归档，不能建临时表。"
        )
        for statement in once:
            self.stdout.write(f"{statement};")

    def _apply(self, role: str) -> None:
        try:
            install(role)
        except DatabaseError as error:
            raise CommandError("授权没有成功：请用表的所有者连接，并且有权建立角色。") from error
        self.stdout.write(f"账号 {role} 已有应用所需的权限。")
