"""`manage.py import_items FILE`: a list of service items as drafts, all or nothing, repeatable."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from approvals.catalogue import actions
from approvals.catalogue.importing import ItemImport
from hall.organisation.errors import ImportRefused
from hall.organisation.tables import TableError, read_table

SHOWN = 200


class Command(BaseCommand):
    help = (
        "导入事项目录（CSV 或 XLSX，列 department,main_item,item_name,item_code,task_type,dept_code,area_code,"
        "source_link）。全部成为草稿；编码已有的不改动，可重复执行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不保存")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        try:
            done = actions.import_items(read_table(options["file"]), by=None, dry_run=dry)
        except TableError as error:
            raise CommandError(str(error)) from error
        except ImportRefused as refused:
            self._refuse(refused.errors)
        if done.errors:
            self._refuse(done.errors)
        self.stdout.write(summary(done, dry=dry))

    def _refuse(self, errors: Any) -> None:
        for bad in errors[:SHOWN]:
            self.stderr.write(str(bad))
        if len(errors) > SHOWN:
            self.stderr.write(f"……另有 {len(errors) - SHOWN} 处。")
        raise CommandError(f"有 {len(errors)} 处错误，什么都没有导入。")


def summary(done: ItemImport, *, dry: bool) -> str:
    """One line of what happened."""
    verb = "试算，未保存" if dry else "已导入"
    return (
        f"{verb}：新增事项 {len(done.new)} 项（草稿），已有 {len(done.known)} 项不改动；"
        f"部门 {done.departments} 个，其中新增 {len(done.new_departments)} 个；新增地区 {len(done.new_areas)} 个。"
    )
