"""`manage.py verify_ledger`: recompute every chain; exit status 1 when something was changed, removed or inserted."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.ledger.publishing import UnreadableHeads, published
from hall.ledger.sealing import heads
from hall.ledger.verifying import unsealed, verify


class Command(BaseCommand):
    help = "核对事件账：重算每个中心的封存链，发现改动、删除、插入或截断时报出并以状态 1 退出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--heads", type=Path, help="另行保存的封存值：文件，或放着逐日文件的目录；用于发现截断和整体改写"
        )
        parser.add_argument(
            "--print-heads", action="store_true", help="写出各中心当前封存值（每行一个 JSON），供另行保存或公布"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_heads"]:
            for head in heads():
                self.stdout.write(json.dumps(head, sort_keys=True))
            return
        faults = verify(self._published(options["heads"]))
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"事件账有 {len(faults)} 处不符。", returncode=1)
        self.stdout.write(f"事件账完好，另有 {unsealed()} 条事件待封存。")

    def _published(self, path: Path | None) -> list[dict[str, Any]]:
        if path is None:
            return []
        try:
            return published(path)
        except UnreadableHeads as error:
            raise CommandError(f"读不出封存值文件：{error}") from None
