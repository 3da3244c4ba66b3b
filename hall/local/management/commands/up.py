"""`manage.py up`: run the whole hall on this machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hall.local.supervisor import Wish, up


class Command(BaseCommand):
    help = "在本机运行整个系统：数据库、消息服务、网页、后台任务、定时任务，直到按 Ctrl-C。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址，默认只供本机访问")
        parser.add_argument("--no-demo", action="store_true", help="不装演示数据，空系统，先设置第一个管理员")

    def handle(self, *args: Any, **options: Any) -> None:
        up(Wish(host=options["host"], port=options["port"], demonstration=not options["no_demo"]))
