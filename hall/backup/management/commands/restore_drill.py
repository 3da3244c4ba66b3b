"""`manage.py restore_drill`: try whether the newest backup can be restored, beside the running hall."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hall.backup import drill, keys
from hall.backup.drill import DrillFailed
from hall.backup.keys import KeyProblem
from hall.backup.vault import open_vault
from hall.local.archiving import backup_dir, key_file
from hall.local.locks import FileLock


class Command(BaseCommand):
    help = "恢复演练：把最近的备份恢复到临时目录，重放到刚才的时刻，核对后删除；结果记入运行状况。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            drill.refuse_elsewhere()
            vault = open_vault(backup_dir(), keys.read(key_file()))
        except (KeyProblem, DrillFailed) as problem:
            raise CommandError(str(problem)) from problem
        alone = FileLock("drill")
        if not alone.try_alone():
            raise CommandError("另一次演练正在进行。")
        try:
            run = drill.drill(vault, timezone.now, self.stderr.write)
        finally:
            alone.release()
        if not run.succeeded:
            raise CommandError(run.says, returncode=1)
        self.stdout.write(f"演练成功：{run.says}")
