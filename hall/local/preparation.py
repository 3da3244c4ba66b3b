"""What is made ready before the pages are served: tables, static files, demonstration, first administrator."""

import getpass
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ValidationError
from django.core.management import call_command, get_commands
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hall.access import passwords
from hall.access.actions import change_password, create_account
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger import grants
from hall.local.databases import application_role
from hall.local.paths import data_dir
from hall.local.trouble import Trouble
from hall.local.versions import refuse_newer
from hall.production import is_demonstration

Say = Callable[[str], None]
ROLES = ("clerk", "approver", "chief", "supervisor", "admin", "auditor")


def migrate(say: Say) -> None:
    """Bring the tables up to this version, quickly done when they are; refuse a database of a newer version."""
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise Trouble(
            "连不上数据库。请检查 DATABASE_URL 与数据库服务器。服务器的回答：\n  " + str(error).strip()
        ) from error
    refuse_newer(executor)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(f"更新数据库结构（{len(plan)} 步）……")
        call_command("migrate", verbosity=0)
    grant_the_application()


def grant_the_application() -> None:
    """Give web, worker and scheduler the role they connect as, with the rights of these tables (C10)."""
    role = application_role()
    if not role:
        return
    try:
        grants.install(role)
    except DatabaseError as error:
        raise Trouble(
            f"账号 {role} 没有得到权限。DATABASE_URL 要用表的所有者，"
            "HALL_APP_DATABASE_URL 的账号要先由数据库管理员建好。"
        ) from error


def static_is_gathered() -> bool:
    """Whether the static files that are served are those of this version."""
    stamp = _static_stamp()
    return stamp.exists() and stamp.read_text() == static_fingerprint() and Path(settings.STATIC_ROOT).exists()


def gather_static() -> None:
    """Gather and compress the static files; they count as gathered once all are there."""
    print_now = static_fingerprint()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _static_stamp().write_text(print_now)


def _static_stamp() -> Path:
    return data_dir() / "static.stamp"


def static_fingerprint() -> str:
    """A digest over name, size and time of every static file, without reading them."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_demonstration(say: Say) -> None:
    """Fill an empty database with the demonstration center; leave one that holds accounts alone."""
    if User.objects.exists():
        return
    if "load_demonstration" not in get_commands():
        say("这个版本没有演示数据，系统是空的。")
        return
    say("装入演示数据……")
    call_command("load_demonstration", verbosity=0)


def demonstration_password() -> str:
    """The one password of this data folder's demonstration accounts; empty where there is none."""
    path = data_dir() / "demonstration-password"
    return path.read_text().strip() if path.exists() and is_demonstration(connection) else ""


def first_administrator(say: Say) -> None:
    """Ask for the first administrator where there is no account yet; from the environment where nobody can answer."""
    if is_demonstration(connection):
        raise Trouble(
            "这个数据库里是演示数据，不能用 --no-demo 启动。请用环境变量 HALL_DATA_DIR 指定一个新的数据目录。"
        )
    if User.objects.filter(role=Role.ADMIN, is_active=True).exists():
        return
    username, password = _from_environment() or _from_keyboard(say)
    try:
        User(username=username, role=Role.ADMIN).full_clean(exclude=["password"])
        passwords.check(password, User(username=username))
    except ValidationError as error:
        raise Trouble("管理员账号没有建成：" + " ".join(error.messages)) from error
    at = timezone.now()
    with transaction.atomic():
        administrator, _ = create_account(username=username, role=Role.ADMIN, staff=None, by=None, at=at)
        change_password(user=administrator, new=password, at=at)
    say(f"已建立系统管理员 {username}。")


def _from_environment() -> tuple[str, str] | None:
    username, password = os.environ.get("HALL_ADMIN_USERNAME", ""), os.environ.get("HALL_ADMIN_PASSWORD", "")
    if username and password:
        return username, password
    if not sys.stdin.isatty():
        raise Trouble(
            "还没有系统管理员。请在终端中运行以便输入，或设置环境变量 HALL_ADMIN_USERNAME 与 HALL_ADMIN_PASSWORD。"
        )
    return None


def _from_keyboard(say: Say) -> tuple[str, str]:
    say("还没有系统管理员，请设置第一个。")
    username = input("  用户名：").strip()
    password = getpass.getpass("  口令（输入时不显示）：")
    if getpass.getpass("  再输一次口令：") != password:
        raise Trouble("两次输入的口令不一致，请重新启动后再试。")
    return username, password
