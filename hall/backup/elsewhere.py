"""A database of somebody else's keeping (`DATABASE_URL`): what is done here, and what its operator does."""

import os
import sys
from pathlib import Path
from typing import Final

import psycopg2
from django.conf import settings as django

from hall.backup import checking, media, restoring
from hall.backup.base import Server, ask
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
    files = folder.with_name(f"{folder.name}.media")
    for place in (folder, files):
        if place.exists() and any(place.iterdir()):
            raise CannotRestore(f"目录不是空的：{place}。请另指定一个空目录。")
    base = restoring.choose(vault, wish.until, wish.backup)
    if not wish.allow_gap and not wish.backup:
        restoring.refuse_hole(vault, base)
    if folder.exists():
        folder.rmdir()
    restoring.unpack(vault, base, folder, programs())
    restoring.mark_for_recovery(folder)
    settings = restoring.recovery_settings(vault, key_file(), until=wish.until, at_end_of=base if wish.backup else None)
    restoring.write_settings(folder, {**settings, **SILENT})
    files.mkdir(mode=0o700, exist_ok=True)
    number = media.lay_out(vault, base, files)
    return NEXT.format(
        base=base.name, folder=folder, target=wish.target, version=base.server_version.split(".")[0],
        number=number, files=files, media=django.MEDIA_ROOT,
    )  # fmt: skip


# A copy that is only tried must not write into the archive of the one that runs. What it has to archive waits.
SILENT: Final = {"archive_command": "/bin/false"}
NEXT: Final = """\
备份 {base} 已解到 {folder}，恢复目标：{target}；附件 {number} 个在 {files}。
下一步：
1. 停止系统。把 {folder} 交给数据库的系统用户（chown -R），用 PostgreSQL {version} 启动，
   等它的记录里出现 ready to accept connections。
2. 把 {files} 换到 {media}，原来的移到旁边。
3. DATABASE_URL 指向它，运行 manage.py restore --settle。
4. 到这时它还不归档：从它的 postgresql.auto.conf 末尾删去“# hall restore”以下各行，运行 SELECT pg_reload_conf()，
   再 manage.py backup、manage.py backup --check。"""


ADVICE: Final = """\
日志还没有归档，现在只能恢复到这份备份。请数据库管理员做一次（说明见 docs/backup.md 第四节）：
1. 让数据库的系统用户能读 {key}，能写 {wal}，能运行 {python}。
2. 在数据库里，用超级用户：
   ALTER SYSTEM SET wal_level = replica;
   ALTER SYSTEM SET archive_mode = on;
   ALTER SYSTEM SET archive_timeout = 60;
   ALTER SYSTEM SET archive_command = '{command}';
   ALTER ROLE "{user}" REPLICATION;
   GRANT pg_monitor TO "{user}";
   GRANT EXECUTE ON FUNCTION pg_switch_wal(), pg_create_restore_point(text), pg_ls_archive_statusdir() TO "{user}";
   最后一行在库 {name} 里运行。
3. 重启数据库，再运行 manage.py backup，然后 manage.py backup --check。"""


def advice(vault: Vault, server: Server) -> str:
    """What the operator of the server sets so that its log is archived; empty where it is."""
    command = archive_command(vault.wal, key_file())
    try:
        connection = server.connect()
    except psycopg2.Error:
        return ""
    try:
        off = ask(connection, "SHOW archive_mode")[0] == "off"
        state = checking.archiver(connection)
    finally:
        connection.close()
    if not off and state.last and not state.failing:
        return ""
    return ADVICE.format(
        key=key_file(), wal=vault.wal, python=sys.executable, command=command.replace("'", "''"), user=server.user,
        name=server.name,
    )  # fmt: skip
