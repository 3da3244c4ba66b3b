"""`manage.py import_regions FILE`: divisions and their centers on four levels from a table."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hall.organisation import actions
from hall.organisation.errors import ImportRefused
from hall.organisation.tables import TableError, read_table


class Command(BaseCommand):
    help = "导入行政区划（列 code,code12,name,level,parent），并为每个区划设立中心。可重复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不保存")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = actions.import_regions(read_table(options["file"]), by=None, dry_run=options["dry_run"])
        except TableError as error:
            raise CommandError(str(error)) from error
        except ImportRefused as refused:
            for bad in refused.errors:
                self.stderr.write(str(bad))
            raise CommandError(str(refused)) from refused
        verb = "试算，未保存" if options["dry_run"] else "已导入"
        self.stdout.write(
            f"{verb}：新区划 {done.regions_new}，改动 {done.regions_changed}，不变 {done.unchanged}；"
            f"新中心 {done.centers_new}。"
        )
