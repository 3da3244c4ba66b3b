"""`manage.py due`: due dates for rows of `start,days,unit,pauses,region` on standard input."""

import csv
import io
import sys
from collections.abc import Callable
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendars, shipped_calendar
from hall.workdays.due_table import Answerer, BadHeader, rows_of


class Command(BaseCommand):
    help = "从标准输入读 CSV（表头 start,days,unit,pauses,region），逐行写出到期日；有坏行时退出码为 1。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        rows = rows_of(_input(sys.stdin))
        try:
            answerer = Answerer(next(rows, []), _calendar_of())
        except BadHeader as error:
            raise CommandError(str(error)) from error
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(answerer.header)
        writer.writerows(answerer.answer(cells) for cells in rows)
        if answerer.bad:
            sys.exit(1)


def _input(stream: TextIO) -> TextIO:
    """Standard input as UTF-8 whatever the locale says."""
    raw = getattr(stream, "buffer", None)
    return stream if raw is None else io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _calendar_of() -> Callable[[str], Calendar]:
    """The database's calendars, or the shipped one where there is no database yet."""
    try:
        found = calendars()
    except DatabaseError:
        found = None
    return found.for_region if found is not None else lambda _region: shipped_calendar()
