"""What the health page says of backups. Their absence is said for good: one fault and such a hall has lost all."""

import os
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection
from django.utils import timezone

from hall.access.health import Sign
from hall.backup import checking, epoch
from hall.backup.enums import RunKind
from hall.backup.models import Run
from hall.local.archiving import backup_dir
from hall.local.paths import data_dir

NIGHTLY: Final = timedelta(hours=30)
WEEKLY: Final = timedelta(days=8)
ARCHIVED: Final = timedelta(minutes=3)
WAITING: Final = """
SELECT count(*), min(modification) FROM pg_ls_archive_statusdir() WHERE name LIKE '%%.ready'
"""


def place_sign(_at: datetime) -> Sign:
    """Whether backups go to another disk at all."""
    folder = backup_dir()
    if folder is None:
        return Sign("备份目录", False, "没有设置（HALL_BACKUP_DIR）：硬盘损坏时全部数据会丢失", vital=False)
    if not folder.is_dir():
        return Sign("备份目录", False, "不存在：备份盘没有接上，日志没有归档")
    if os.stat(folder).st_dev == os.stat(data_dir()).st_dev:
        return Sign("备份目录", False, "与数据在同一块盘上：硬盘损坏时一起丢失，请换到另一块盘", vital=False)
    return Sign("备份目录", True, "在另一块盘上", vital=False)


def backup_sign(at: datetime) -> Sign:
    """When the last base backup was made."""
    return _last("备份", RunKind.BACKUP, NIGHTLY, at, "还没有做过备份")


def check_sign(at: datetime) -> Sign:
    """What the last check found."""
    return _last("备份检查", RunKind.CHECK, NIGHTLY, at, "还没有检查过")


def drill_sign(at: datetime) -> Sign:
    """When a restore was last tried; more than eight days ago is an alarm (B01).

    A server of somebody else's keeping is tried by its operator: nobody here knows when, which is said and no alarm.
    """
    if os.environ.get("DATABASE_URL"):
        return Sign("恢复演练", False, "数据库不是自带的：由它的管理员演练，这里查不到", vital=False)
    return _last("恢复演练", RunKind.DRILL, WEEKLY, at, "还没有演练过：备份能不能恢复，无人知道")


def archive_sign(at: datetime) -> Sign:
    """Whether the log leaves the machine within minutes, by PostgreSQL's own account."""
    if backup_dir() is None:
        return Sign("日志归档", False, "没有设置备份目录", vital=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            waiting, oldest = cursor.fetchone()
            cursor.execute(checking.ARCHIVER)
            _, _, failing = cursor.fetchone()
    except DatabaseError:
        return Sign("日志归档", False, "查不到：数据库账号没有权限", vital=False)
    late = oldest is not None and at - oldest > ARCHIVED
    if failing or late:
        return Sign("日志归档", False, f"{waiting} 段日志等着归档{'，归档命令失败' if failing else ''}：备份盘可能已满")
    return Sign("日志归档", True, f"{waiting} 段等待")


def epoch_sign(_at: datetime) -> Sign:
    """Whether the database went back in time without anybody settling it (D12)."""
    said = epoch.problem()
    return Sign("数据库时间线", not said, said or "与登记的一致")


ALL: Final = (place_sign, backup_sign, archive_sign, check_sign, drill_sign, epoch_sign)


def _last(name: str, kind: RunKind, within: timedelta, at: datetime, never: str) -> Sign:
    """The last run of a kind, and the last that succeeded."""
    vital = backup_dir() is not None
    run = Run.objects.filter(kind=kind).first()
    if run is None:
        return Sign(name, False, never, vital=vital)
    says = f"{timezone.localtime(run.ended_at):%m-%d %H:%M} {run.says}"
    if not run.succeeded:
        return Sign(name, False, says, vital=vital)
    if at - run.ended_at > within:
        return Sign(name, False, f"已过期：上次 {says}", vital=vital)
    return Sign(name, True, says, vital=vital)
