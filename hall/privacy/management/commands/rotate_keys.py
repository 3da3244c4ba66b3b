"""`manage.py rotate_keys`: seal all with the newest key; `--status` counts, `--retire ID` asks whether it may go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hall.privacy import rotation
from hall.privacy.keys import keyring


class Command(BaseCommand):
    help = (
        "把全部加密内容换成 HALL_FIELD_KEYS 中的第一把密钥。分批提交，随时可以中断，再运行一次接着做。"
        "先把新密钥加在最后并重启所有进程，再把它移到最前并重启，然后运行本命令；旧密钥在剩余 0 处时才能删去。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--status", action="store_true", help="只清点每把密钥还加密着多少处，不改动")
        parser.add_argument("--retire", metavar="ID", help="问一把旧密钥能否删去：还有剩余时以状态 1 退出")
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="每批多少处")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("每批至少一处。")
        if options["status"]:
            self._status()
        elif options["retire"]:
            self._retire(options["retire"])
        else:
            self._rotate(options["batch"])

    def _status(self) -> None:
        current = keyring().current
        for place, counted in rotation.counts().items():
            for key, number in sorted(counted.items()):
                self.stdout.write(f"{place}\t{key or '（无法辨认）'}\t{number}")
        self.stdout.write(f"现用密钥 {current}，旧密钥还有 {rotation.left()} 处。")

    def _retire(self, key: str) -> None:
        if key == keyring().current:
            raise CommandError(f"{key} 是现用的密钥，不能删去。")
        if number := rotation.left(key):
            raise CommandError(
                f"密钥 {key} 还加密着 {number} 处，不能删去。请先运行 manage.py rotate_keys。", returncode=1
            )
        self.stdout.write(f"密钥 {key} 已不加密任何内容，可以从 HALL_FIELD_KEYS 中删去（备份要用的，另行保管）。")

    def _rotate(self, batch: int) -> None:
        outcome = rotation.rotate(self.stdout.write, batch=batch)
        for place in outcome.unreadable:
            self.stderr.write(f"打不开，没有换：{place}")
        remaining = rotation.left()
        self.stdout.write(f"已换 {outcome.moved} 处，旧密钥还有 {remaining} 处。")
        if remaining:
            raise CommandError("还有内容用着旧密钥；请看上面打不开的，或再运行一次。", returncode=1)
