"""`manage.py import_notice FILE`: take in the holiday notice of a new year, or one that amends an old one."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.workdays.actions import ImportReport, import_notice
from hall.workdays.notice_file import BadNotice, decode


class Command(BaseCommand):
    help = "导入放假通知（CSV：date,kind,name,document_no）。先用 --dry-run 看有多少在办办件的期限会变动。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件")
        parser.add_argument("--dry-run", action="store_true", help="只试算，不写入")
        parser.add_argument("--title", default="", help="通知标题，默认“国务院办公厅关于某年部分节假日安排的通知”")
        parser.add_argument("--url", default="", help="通知网址")
        parser.add_argument("--region", default="", help="12 位地区代码；全国的通知不填")
        parser.add_argument("--region-name", default="", help="地区名称")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_notice(
                text=decode(options["file"].read_bytes()),
                by=None,
                at=timezone.now(),
                title=options["title"],
                url=options["url"],
                region=options["region"],
                region_name=options["region_name"],
                dry_run=options["dry_run"],
            )
        except OSError as error:
            raise CommandError(f"读不到文件 {options['file']}：{error.strerror}。") from error
        except BadNotice as error:
            raise CommandError("\n".join(["文件没有导入，请改正后再来：", *error.faults])) from error
        self.tell(report, dry_run=options["dry_run"])
        if report.by_and_by and not options["dry_run"]:
            call_command("recalculate", stdout=self.stdout)

    def tell(self, report: ImportReport, *, dry_run: bool) -> None:
        """What was or would be done, in lines."""
        self.stdout.write(report.sentence)
        for change in report.changes:
            self.stdout.write(f"  {change.on} {change.old_words} → {change.new_words}")
        for moved in report.first_moved:
            self.stdout.write(f"  {moved.docket} {moved.clock} {moved.old} → {moved.new}")
        done = "这是试算，什么都没有写入。" if dry_run else "已导入。"
        self.stdout.write(done)
