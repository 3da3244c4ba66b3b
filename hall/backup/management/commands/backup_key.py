"""`manage.py backup_key`: print the sheet with the keys, or put them back from it."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.backup import keys, sheet
from hall.backup.keys import KeyProblem
from hall.local.archiving import key_file, write_key
from hall.local.postgres import database_present
from hall.local.secrets import replace_keys


class Command(BaseCommand):
    help = "打印密钥单（备份密钥、字段密钥、索引密钥），供密封保管；--enter 在新机器上照单补回密钥。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--enter", action="store_true", help="从标准输入读密钥单上的三行，写入数据目录")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["enter"]:
                self._enter()
            else:
                self._print()
        except KeyProblem as problem:
            raise CommandError(str(problem)) from problem

    def _print(self) -> None:
        keys.read(key_file())
        held = {
            "HALL_BACKUP_KEY": key_file().read_text().strip().replace("\n", ","),
            "HALL_FIELD_KEYS": settings.FIELD_KEYS,
            "HALL_INDEX_KEY": settings.INDEX_KEY,
        }
        self.stdout.write(sheet.text(held, day=f"{timezone.localdate():%Y-%m-%d}"), ending="")

    def _enter(self) -> None:
        if database_present() and key_file().exists():
            raise CommandError("这里已有数据库和备份密钥，不能覆盖。请在新的数据目录里补回。")
        if sys.stdin.isatty():
            self.stderr.write("照密钥单逐行输入，最后按 Ctrl-D：")
        found = sheet.read(sys.stdin.read().splitlines())
        write_key(found["HALL_BACKUP_KEY"].replace(",", "\n"))
        if "HALL_FIELD_KEYS" in found and "HALL_INDEX_KEY" in found and not settings.PRODUCTION:
            replace_keys(field_keys=found["HALL_FIELD_KEYS"], index_key=found["HALL_INDEX_KEY"])
        for name, value in found.items():
            self.stdout.write(f"{name}  校验 {keys.fingerprint(value)}")
        self.stdout.write("请与密钥单上的校验码逐一核对；不一致就重输。")
