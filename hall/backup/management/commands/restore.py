"""`manage.py restore`: put the database and the files back at a moment."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from hall.backup import actions, afterwards, elsewhere, epoch, keys, queries, recovery
from hall.backup.keys import KeyProblem
from hall.backup.recovery import Way, Wish
from hall.backup.restoring import CannotRestore
from hall.backup.sealed import Damaged
from hall.backup.vault import Vault, open_vault
from hall.local.archiving import backup_dir, key_file


class Command(BaseCommand):
    help = "把数据库和附件恢复到某一时刻；现有的移到旁边，不删除。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--at", help="恢复到的时刻（北京时间），例如 2026-11-22 09:59 或 2026-11-22 09:59:59.5")
        when.add_argument("--latest", action="store_true", help="恢复到归档日志的末尾")
        when.add_argument("--backup", default="", help="恢复到这份备份完成的时候（名称见 manage.py backup --list）")
        when.add_argument("--settle", action="store_true", help="数据库已用别的办法恢复：停发可能重复的消息，跳过编号")
        parser.add_argument("--from", type=Path, dest="folder", help="备份目录；不写则用 HALL_BACKUP_DIR")
        parser.add_argument("--replace", action="store_true", help="数据目录里已有数据库，也要换成备份里的")
        parser.add_argument("--allow-gap", action="store_true", help="归档有缺口也试：只能到缺口之前的时刻")
        parser.add_argument(
            "--erase-later", action="store_true", help="先不清除保存期满的个人信息：要先补登此后的暂停清除时用"
        )
        parser.add_argument("--yes", action="store_true", help="不再确认")
        parser.add_argument("--into", type=Path, help="数据库不是自带的：只把备份解到这个空目录，并写好恢复设置")
        parser.add_argument("--drill", action="store_true", help="演练用：不改动恢复出来的数据，结果写成一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["settle"]:
                self._settle(erase=not options["erase_later"])
                return
            wish = self._wish(options)
            vault = open_vault(options["folder"] or backup_dir(), keys.read(key_file()))
            if options["into"]:
                self.stdout.write(elsewhere.lay_out(wish, vault, options["into"]))
            elif elsewhere.configured():
                raise CannotRestore(elsewhere.STEPS)
            else:
                self._restore(wish, vault, drill=options["drill"])
        except (CannotRestore, Damaged, KeyProblem) as problem:
            raise CommandError(str(problem)) from problem

    def _restore(self, wish: Wish, vault: Vault, *, drill: bool) -> None:
        heads = json.loads(sys.stdin.read() or "[]") if drill else []
        found = recovery.restore(wish, vault, Way(self._say, timezone.now, heads))
        if drill:
            self.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False))
            return
        self._say(f"已恢复到{wish.target}：{found.says}。")
        if not found.whole:
            raise CommandError("恢复出来的数据不完整，见上。原来的数据库没有删除。")
        self._say("用 script/up 启动系统；启动后请立即运行 manage.py backup 做一次新的备份。")

    def _wish(self, options: dict[str, Any]) -> Wish:
        if not (options["at"] or options["latest"] or options["backup"]):
            raise CannotRestore("请说明恢复到何时：--at 时刻、--latest（日志末尾）或 --backup 名称。")
        return Wish(
            until=self._moment(options["at"]) if options["at"] else None,
            backup=options["backup"],
            replace=options["replace"],
            allow_gap=options["allow_gap"],
            settle=not options["drill"],
            erase=not options["erase_later"],
            asked=not options["yes"],
        )

    def _moment(self, text: str) -> datetime:
        try:
            moment = parse_datetime(text.strip())
        except ValueError:
            moment = None
        if moment is None:
            raise CannotRestore(f"看不懂时刻“{text[:40]}”。写法：2026-11-22 09:59:59")
        moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        if moment > timezone.now():
            raise CannotRestore("这个时刻还没有到。恢复到日志末尾请用 --latest。")
        return moment

    def _settle(self, *, erase: bool) -> None:
        try:
            apart = epoch.problem()
        except OperationalError as error:
            raise CannotRestore(f"连不上数据库，或它还没有恢复完，等一会再试。它的回答：{error}") from error
        if not apart:
            raise CannotRestore("数据库时间线与登记的一致，不需要这一步。")
        done = actions.settle(restored_to=queries.last_recorded() or timezone.now(), at=timezone.now())
        self._say(f"{done.held} 条对外消息待人核对后再发；编号已跳过一段；所有人需重新登录。")
        for said in afterwards.everything(timezone.now()) if erase else [recovery.LATER]:
            self._say(said)

    def _say(self, line: str) -> None:
        self.stderr.write(line)
