"""A database of somebody else's keeping (`DATABASE_URL`): what is done here, and what its operator does."""

import os
from pathlib import Path
from typing import Final

from hall.backup import restoring
from hall.backup.recovery import Wish
from hall.backup.restoring import CannotRestore
from hall.backup.taking import programs
from hall.backup.vault import Vault
from hall.local.archiving import archive_command, key_file

STEPS: Final = (
    "数据库由 DATABASE_URL 指定，不归本程序启动。请用 --into 把备份解到一个空目录，由数据库管理员在那里启动"
    "同一大版本的 PostgreSQL，再运行 manage.py restore --settle。步骤见 docs/backup.md。"
)


def configured() -> bool:
    """Whether the database is not the embedded one."""
    return bool(os.environ.get("DATABASE_URL"))


def lay_out(wish: Wish, vault: Vault, folder: Path) -> str:
    """Unpack into an empty folder with the settings of the recovery; returns what is to be done next."""
    if folder.exists() and any(folder.iterdir()):
        raise CannotRestore(f"目录不是空的：{folder}。请另指定一个空目录。")
    base = restoring.choose(vault, wish.until, wish.backup)
    if not wish.allow_gap and not wish.backup:
        restoring.refuse_hole(vault, base)
    if folder.exists():
        folder.rmdir()
    restoring.unpack(vault, base, folder, programs())
    restoring.mark_for_recovery(folder)
    settings = restoring.recovery_settings(vault, key_file(), until=wish.until, at_end_of=base if wish.backup else None)
    restoring.write_settings(folder, settings)
    return (
        f"备份 {base.name} 已解到 {folder}，恢复目标：{wish.target}。\n"
        f"下一步：把目录交给数据库的系统用户（chown -R），用 PostgreSQL {base.server_version.split('.')[0]} 启动它，"
        "等它完成恢复；再运行 manage.py restore --settle。"
    )


def advice(vault: Vault) -> str:
    """What the operator of the server sets so that its log is archived."""
    return (
        "请在数据库服务器上设置：wal_level = replica，archive_mode = on，archive_timeout = 60，\n"
        f"archive_command = '{archive_command(vault.wal, key_file())}'"
    )
