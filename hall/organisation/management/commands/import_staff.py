"""`manage.py import_staff FILE`: people from a table, all or nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hall.organisation import actions
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center
from hall.organisation.staff_import import MAX_STAFF_ROWS
from hall.organisation.tables import TableError, read_table


class Command(BaseCommand):
    help = (
        "导入人员（列 工号、姓名、中心，可有 部门、窗口、办公电话、工作邮箱、到岗日期），CSV 或 XLSX。工号相同的更新。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不保存")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        try:
            table = read_table(options["file"], max_rows=MAX_STAFF_ROWS)
            done = actions.import_staff(table, centers=Center.objects.all(), by=None, dry_run=dry)
        except TableError as error:
            raise CommandError(str(error)) from error
        except ImportRefused as refused:
            self._refuse(refused.errors)
        if done.errors:
            self._refuse(done.errors)
        verb = "试算，未保存" if dry else "已导入"
        self.stdout.write(f"{verb}：新增 {len(done.new)} 人，改动 {len(done.changed)} 人，不变 {done.unchanged} 人。")

    def _refuse(self, errors: Any) -> None:
        for bad in errors:
            self.stderr.write(str(bad))
        raise CommandError(f"有 {len(errors)} 处错误，什么都没有导入。")
