"""`manage.py backup`: back the database and the files up, check what is there, or list it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from hall.backup import elsewhere, keys, taking
from hall.backup.base import server_of
from hall.backup.keys import KeyProblem
from hall.backup.sealed import Damaged
from hall.backup.vault import Vault, open_vault
from hall.local.archiving import backup_dir, key_file, make_key
from hall.local.locks import FileLock


class Command(BaseCommand):
    help = "备份数据库和附件（加密）到 HALL_BACKUP_DIR；--check 检查已有的备份，--list 列出。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="检查备份和归档，发现问题时以状态 1 退出")
        parser.add_argument("--full", action="store_true", help="与 --check 同用：把每个文件从头读到尾")
        parser.add_argument("--list", action="store_true", help="列出备份")
        parser.add_argument("--nightly", action="store_true", help="定时任务用：备份之后接着全面检查")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            vault = self._vault()
            if options["list"]:
                self._list(vault)
            elif options["check"]:
                self._check(vault, full=options["full"])
            else:
                self._take(vault)
                if options["nightly"]:
                    self._check(vault, full=True)
        except (KeyProblem, Damaged) as problem:
            raise CommandError(str(problem)) from problem

    def _vault(self) -> Vault:
        folder = backup_dir()
        if folder is not None and folder.is_dir():
            make_key(folder)
        return open_vault(folder, keys.read(key_file()) if folder is not None else keys.Keys("", {}))

    def _take(self, vault: Vault) -> None:
        alone = FileLock("backup")
        if not alone.try_alone():
            raise CommandError("另一个备份正在进行。")
        try:
            run = taking.take(vault, timezone.now)
        finally:
            alone.release()
        if not run.succeeded:
            raise CommandError(run.says)
        self.stdout.write(f"已备份：{run.says}")
        server = server_of(settings.DATABASES["default"])
        if elsewhere.configured() and (said := elsewhere.advice(self._vault(), server)):
            self.stdout.write(said)

    def _check(self, vault: Vault, *, full: bool) -> None:
        found = taking.check(vault, timezone.now, full=full)
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"备份有 {len(found)} 处问题。", returncode=1)
        self.stdout.write("备份完好。")

    def _list(self, vault: Vault) -> None:
        for base in vault.bases():
            size = sum(part.size for part in base.parts.values()) / 2**20
            ended = timezone.localtime(base.ended_at)
            self.stdout.write(f"{base.name}  完成于 {ended:%Y-%m-%d %H:%M:%S}  {size:.1f} MB")
