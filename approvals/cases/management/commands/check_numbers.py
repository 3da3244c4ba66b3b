"""`manage.py check_numbers [--since DAY] [--until DAY]`: every number of every day, void ones named, gaps refused."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from approvals.cases.sequences import Sequence, sequences
from hall.ledger.numbers import grouped

DAYS = 31


class Command(BaseCommand):
    help = "核对收件编号：逐中心逐日列出编号段、作废和撤回的编号；有断号或重号时以错误结束。"

    def add_arguments(self, parser: CommandParser) -> None:
        """What the command takes; without days the last month."""
        parser.add_argument("--since", type=date.fromisoformat)
        parser.add_argument("--until", type=date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a sequence; CommandError where one is not sound."""
        until = options["until"] or timezone.localdate()
        since = options["since"] or until - timedelta(days=DAYS)
        unsound = 0
        for sequence in sequences(since=since, until=until):
            unsound += not sequence.sound
            self.stdout.write(_line(sequence))
        if unsound:
            raise CommandError(f"{unsound} 个编号段有断号或重号，请按上面的编号核对。")


def _line(sequence: Sequence) -> str:
    said = f"{sequence.center_code} {sequence.day:%Y-%m-%d}：1 至 {sequence.last}"
    for word, dockets in (("作废", sequence.void), ("撤回", sequence.withdrawn)):
        if dockets:
            said += f"；{word} {len(dockets)} 件：{'、'.join(map(grouped, dockets))}"
    twice = sorted(serial for serial, count in sequence.serials.items() if count > 1)
    for word, serials in (("断号", sequence.missing), ("计数之外", sequence.beyond), ("重号", twice)):
        if serials:
            said += f"；{word}：{'、'.join(map(str, serials[:20]))}"
    return said
