"""`manage.py due`: due dates for rows of `start,days,unit,pauses,region` on standard input."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendars, shipped_calendar
from hall.workdays.due_pipe import answer_stream
from hall.workdays.due_table import BadHeader


class Command(BaseCommand):
    """The same as due_pipe.main, which manage.py calls directly to save loading Django."""

    help = "从标准输入读 CSV（表头 start,days,unit,pauses,region），逐行写出到期日；有坏行时退出码为 1。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bad = answer_stream(sys.stdin, self.stdout, _calendar_of())
        except BadHeader as error:
            raise CommandError(str(error)) from error
        if bad:
            sys.exit(1)


def _calendar_of() -> Callable[[str], Calendar]:
    """The database's calendars, or the shipped one where there is no database yet."""
    try:
        found = calendars()
    except DatabaseError:
        found = None
    return found.for_region if found is not None else lambda _region: shipped_calendar()
