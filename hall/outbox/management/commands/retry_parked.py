"""`manage.py retry_parked CHANNEL`: try messages given up on again, after a gateway or an address was put right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from hall.outbox import actions
from hall.outbox.enums import Channel


class Command(BaseCommand):
    help = "重新发送某一渠道搁置的消息。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("channel", choices=Channel.values, help="渠道")

    def handle(self, *args: Any, **options: Any) -> None:
        count = actions.unpark(channel=options["channel"], at=timezone.now())
        self.stdout.write(f"{count} 条搁置的消息将重新发送。")
