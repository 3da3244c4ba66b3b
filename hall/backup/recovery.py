"""`manage.py restore`: ask, lay out, set the database there is aside, replay, settle in, look whether it is whole."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from hall.backup import actions, afterwards, media, queries, restoring, verifying
from hall.backup.restoring import CannotRestore
from hall.backup.vault import Base, Vault
from hall.backup.verifying import Verified
from hall.local.archiving import hand_over, key_file
from hall.local.locks import starting_or_stopping, supervisor_lock, users_lock
from hall.local.postgres import DURABLE, Postgres, postgres_dir
from hall.local.servants import find_servant
from hall.local.trouble import Trouble

PATIENCE: Final = 6 * 3600.0  # seconds a recovery may take
WORD: Final = "恢复"
LATER: Final = (
    "恢复时刻之后清除过的个人信息又回来了。先把此后登记的“暂停清除”补登，再运行 manage.py erase_expired，"
    "然后才让人进入系统。"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    until: datetime | None = None
    backup: str = ""
    replace: bool = False
    allow_gap: bool = False
    settle: bool = True
    erase: bool = True
    asked: bool = True

    @property
    def target(self) -> str:
        """The moment, for a person."""
        if self.backup:
            return f"备份 {self.backup} 完成的时候"
        return f"{self.until.astimezone():%Y-%m-%d %H:%M:%S}" if self.until else "归档日志的末尾"


@dataclass(frozen=True)
class Way:
    """Whom to tell, what time it is, and the published heads of the ledger to compare with."""

    say: Callable[[str], None]
    clock: Callable[[], datetime]
    heads: list[dict[str, Any]] = field(default_factory=list)


def restore(wish: Wish, vault: Vault, way: Way) -> Verified:
    """Put the data folder's database and files at a moment. Raises CannotRestore, Damaged, KeyProblem or Trouble.

    Nothing is deleted: what was there lies beside it under a name that says when. Where the recovery fails it is put
    back.
    """
    alone, users = supervisor_lock(), users_lock()
    if not (alone.try_alone() and users.try_alone()):
        raise CannotRestore("系统正在运行，不能恢复。请先停止它（在它的窗口按 Ctrl-C），再运行这条命令。")
    users.release()
    try:
        _refuse_live(wish)
        base = restoring.choose(vault, wish.until, wish.backup)
        if not wish.allow_gap and not wish.backup:
            restoring.refuse_hole(vault, base)
        _ask(wish, base)
        return _replace(wish, vault, base, way)
    finally:
        alone.release()


def _refuse_live(wish: Wish) -> None:
    if postgres_dir().exists() and not wish.replace:
        raise CannotRestore(
            f"{postgres_dir()} 里已有数据库。确实要换成备份里的，请加 --replace：现有的会移到旁边，不会删除。"
        )
    if Postgres(find_servant(recovering=True)).pid is not None:
        raise CannotRestore("数据库正在运行，不能恢复。请先停止系统。")


def _ask(wish: Wish, base: Base) -> None:
    if not wish.asked:
        return
    if not sys.stdin.isatty():
        raise CannotRestore(
            f"这条命令会换掉整个数据库，需要在终端里确认；或加 --yes。将从备份 {base.name} 恢复到{wish.target}。"
        )
    print(f"将从备份 {base.name} 恢复到{wish.target}。此后的数据不再出现在系统里；现有的数据库移到旁边保留。")
    if input(f"输入“{WORD}”继续：").strip() != WORD:
        raise CannotRestore("没有确认，什么都没有改动。")


class _Asides:
    """Folders moved to the side, so that they can be moved back."""

    def __init__(self, at: datetime) -> None:
        self._stamp = f"{at.astimezone():%Y%m%dT%H%M%S}"
        self.moved: list[tuple[Path, Path | None]] = []

    def put(self, draft: Path, place: Path) -> Path | None:
        """Put a draft in place; returns where what was there lies now."""
        aside = None
        if place.exists():
            aside = place.with_name(f"{place.name}.before-{self._stamp}")
            place.rename(aside)
        self.moved.append((place, aside))
        draft.rename(place)
        return aside

    def undo(self) -> None:
        """What was there comes back; what failed stays beside it for whoever wants to look."""
        for place, aside in reversed(self.moved):
            if place.exists():
                place.rename(place.with_name(f"{place.name}.failed-{self._stamp}"))
            if aside is not None:
                aside.rename(place)


def _replace(wish: Wish, vault: Vault, base: Base, way: Way) -> Verified:
    servant, files = find_servant(recovering=True), Path(settings.MEDIA_ROOT)
    draft, files_draft = _draft(postgres_dir()), _draft(files)
    way.say(f"解开备份 {base.name}……")
    restoring.unpack(vault, base, draft, servant.postgres_bin)
    restoring.mark_for_recovery(draft)
    files_draft.mkdir(mode=0o700)
    media.lay_out(vault, base, files_draft)
    asides = _Asides(way.clock())
    try:
        aside = asides.put(draft, postgres_dir())
        asides.put(files_draft, files)
        verified = _replay(wish, vault, base, way, aside)
    except BaseException:
        asides.undo()
        raise
    for _, kept in asides.moved:
        if kept is not None:
            way.say(f"原来的保留在 {kept}。确认无误后可以删除。")
    return verified


def _draft(place: Path) -> Path:
    """A name beside a folder; what an interrupted restore left under it goes, for it is a copy."""
    draft = place.with_name(f"{place.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    return draft


def _replay(wish: Wish, vault: Vault, base: Base, way: Way, aside: Path | None) -> Verified:
    """Start the server on what was laid out; it opens once the moment is reached."""
    way.say(f"重放日志到{wish.target}……")
    also = aside / "pg_wal" if aside is not None and not wish.backup else None
    recovery = restoring.recovery_settings(
        vault, key_file(), until=wish.until, at_end_of=base if wish.backup else None, also=also
    )
    servant = find_servant(recovering=True)
    hand_over(servant, vault.folder)
    postgres = Postgres(servant, {**DURABLE, **recovery}, patience=PATIENCE)
    try:
        with starting_or_stopping():
            postgres.ensure(tied=True)
        return _move_in(wish, base, way)
    except Trouble as trouble:
        raise CannotRestore(_explained(str(trouble))) from trouble
    finally:
        connection.close()
        postgres.stop()


def _explained(words: str) -> str:
    if "recovery ended before configured recovery target was reached" in words:
        return (
            "归档日志到不了这个时刻：它比最后一次提交还晚，或中间缺了一段。原来的数据已放回。"
            "请用更早的 --at，或用 --latest 恢复到日志末尾。"
        )
    return f"恢复没有成功，原来的数据已放回。{words}"


def _move_in(wish: Wish, base: Base, way: Way) -> Verified:
    if wish.settle:
        call_command("migrate", verbosity=0)
        settled = actions.settle(restored_to=wish.until or queries.last_recorded() or base.ended_at, at=way.clock())
        way.say(f"{settled.held} 条对外消息待人核对后再发；编号已跳过一段；所有人需重新登录。")
        _again(wish, way)
    way.say("核对……")
    return verifying.verify(way.heads)


def _again(wish: Wish, way: Way) -> None:
    """What was erased since the backup was made is there again: it goes before anybody works (retention)."""
    if not wish.erase:
        way.say(LATER)
        return
    for said in afterwards.everything(way.clock()):
        way.say(said)
