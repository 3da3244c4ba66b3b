"""`manage.py up`: everything the hall needs, as child processes, until Ctrl-C."""

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import FrameType

from django.conf import settings
from django.db import connection

from hall.local import preparation
from hall.local.apart import apart
from hall.local.broker import redis_answers, start_redis
from hall.local.children import (
    Adopted,
    Child,
    ChildProcess,
    end_orphans,
    ended,
    start_python,
)
from hall.local.locks import FileLock, starting_or_stopping, supervisor_lock, users_lock
from hall.local.log_files import turn_all
from hall.local.paths import data_dir, make_data_dir, redis_socket
from hall.local.ports import page_answers, reachable_host, require_free, served_hosts
from hall.local.postgres import Postgres
from hall.local.processes import wait_until
from hall.local.reviving import note, watch
from hall.local.servants import Servant, find_servant
from hall.local.trouble import Trouble
from hall.production import refuse_unsafe_database

FIRST_PAGE_SECONDS = 60
OTHERS_SECONDS = 20


@dataclass(frozen=True)
class Wish:
    """What the command line asked for."""

    host: str = "127.0.0.1"
    port: int = 8000
    demonstration: bool = True

    @property
    def origin(self) -> str:
        """The address people type."""
        return f"http://{reachable_host(self.host)}:{self.port}"


class Asked(BaseException):
    """Somebody asked us to stop: Ctrl-C, a service manager, a closed terminal."""


def say(line: str) -> None:
    """One line for the person at the terminal, who may have closed it."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def tell(line: str) -> None:
    """What happened while nobody may have been looking: at the terminal, and in the supervisor's own log."""
    say(line)
    note(line)


def up(wish: Wish) -> None:
    """Start everything, serve until asked to stop, stop in order. Raises Trouble with a sentence."""
    alone = supervisor_lock()
    if not alone.try_alone():
        raise Trouble(
            f"这个数据目录已经在运行中：{data_dir()}。"
            "请先停止它（在它的窗口按 Ctrl-C），或用 HALL_DATA_DIR 指定另一个目录。"
        )
    children: list[Child] = []
    users = users_lock()
    try:
        with stop_on_signals():
            end_orphans()  # first: what a killed supervisor left may still hold the port
            require_free(wish.host, wish.port)
            say(f"数据目录：{make_data_dir()}")
            turn_all(datetime.now().astimezone())
            gathering = start_gathering(children)
            start_servers(children, users)
            apart(partial(prepare, wish))
            finish_gathering(children, gathering)
            start_hall(children, wish)
            welcome(wish)
            watch(children, tell)
    except (Asked, KeyboardInterrupt):
        say("\n正在停止……")
    finally:
        stop_in_order(children, users)
        alone.release()
    say(f"已停止。数据保存在 {data_dir()}")


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Turn a request to stop into an exception inside the block; outside it we are stopping already."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        ignore()
        raise Asked

    def ignore() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    try:
        yield
    finally:
        ignore()


def start_gathering(children: list[Child]) -> ChildProcess | None:
    """Begin to gather the static files where one of them changed: it needs no database, and takes seconds."""
    if preparation.static_is_gathered():
        return None
    say("整理静态文件……")
    gathering = start_python("static", "静态文件整理", ["django", "gather_static"], {"HALL_DATA_DIR": str(data_dir())})
    children.append(gathering)
    return gathering


def finish_gathering(children: list[Child], gathering: ChildProcess | None) -> None:
    """Wait until the pages have all their files. Raises Trouble where they cannot be gathered."""
    if gathering is None:
        return
    if gathering.process.wait() != 0:
        raise ended(gathering)
    children.remove(gathering)


def start_servers(children: list[Child], users: FileLock) -> None:
    """Start PostgreSQL and Redis of the data folder, unless the environment names others."""
    own_postgres, own_redis = not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")
    if not (own_postgres or own_redis):
        return
    if own_redis and settings.PRODUCTION:
        raise Trouble("正式环境不使用自带的 Redis。请用环境变量 REDIS_URL 指定由系统维护的 Redis 或 Valkey 服务器。")
    servant = find_servant()
    if own_postgres:
        start_postgres(servant, children, users)
    if own_redis:
        redis = ChildProcess("redis", "消息服务（Redis）", start_redis(servant), lambda: start_redis(servant))
        children.append(redis)
        if not redis_answers(redis_socket()):
            raise ended(redis)
        say("消息服务已启动（Redis）")


def start_postgres(servant: Servant, children: list[Child], users: FileLock) -> None:
    """Start the database or join the one another command has started."""
    postgres = Postgres(servant)

    def ensure() -> None:
        with starting_or_stopping():
            postgres.ensure(tied=True)
            users.share()

    ensure()
    children.append(Adopted("postgres", "数据库（PostgreSQL）", postgres.is_running, postgres.stop, ensure))
    say("数据库已新建并启动（PostgreSQL）" if postgres.fresh else "数据库已启动（PostgreSQL）")


def prepare(wish: Wish) -> None:
    """Tables and the first accounts; what production must not serve is refused here."""
    preparation.migrate(say)
    if settings.PRODUCTION:
        refuse_unsafe_database(connection)
    if wish.demonstration and not settings.PRODUCTION:
        preparation.load_demonstration(say)
    else:
        preparation.first_administrator(say)


def start_hall(children: list[Child], wish: Wish) -> None:
    """Start web, wait for its first page, then worker and scheduler."""
    connection.close()
    environment = {
        "HALL_DATA_DIR": str(data_dir()),
        "HALL_PUBLIC_ORIGIN": os.environ.get("HALL_PUBLIC_ORIGIN", wish.origin),
        "HALL_ALLOWED_HOSTS": os.environ.get("HALL_ALLOWED_HOSTS", ",".join(served_hosts(wish.host))),
    }
    # The pages first: on a small machine the worker's start would keep them from the first visitor.
    web = start_python("web", "网页服务", web_arguments(wish), {**environment, "HALL_PROCESS": "web"})
    children.append(web)
    wait_until(lambda: not web.is_running() or page_answers(wish.host, wish.port), FIRST_PAGE_SECONDS, pause=0.05)
    if not web.is_running():
        raise ended(web)
    if not page_answers(wish.host, wish.port):
        raise Trouble(f"网页服务没有正常回答。请查看它的记录：{data_dir() / 'log' / 'web.log'}")
    background = {**environment, "HALL_PROCESS": "worker"}
    children.append(start_python("worker", "后台任务", worker_arguments(), background))
    children.append(start_python("scheduler", "定时任务", scheduler_arguments(), background))
    say("网页服务、后台任务、定时任务已启动")


def web_arguments(wish: Wish) -> list[str]:
    """Granian (hall/web.py) with two workers: a slow page of one leaves the other free. No addresses are logged.

    Threads and how bodies are taken in: hall/serving.py. Who sends a head for 30 seconds is cut off by granian.
    """
    return [
        "hall.web", "--interface", "rsgi", "--host", wish.host, "--port", str(wish.port), "--workers", "2",
        "--no-ws", "--http", "1", "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "--log-level", "warning", "hall.rsgi:application",
    ]  # fmt: skip


def worker_arguments() -> list[str]:
    """Celery's worker, without the chatter between workers that only many hosts need."""
    return [
        "celery", "-A", "hall.celery", "worker", "--concurrency", "2", "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle",
    ]  # fmt: skip


def scheduler_arguments() -> list[str]:
    """Celery's clock. Its memory of the last ticks may be lost: every task looks at state, not at time (law 9)."""
    return [
        "celery", "-A", "hall.scheduler", "beat", "--loglevel", "WARNING", "--pidfile=",
        "--schedule", str(data_dir() / "beat-schedule"),
    ]  # fmt: skip


def welcome(wish: Wish) -> None:
    """The address and, for a demonstration, how to log in."""
    say(f"\n打开 {wish.origin}/")
    if password := preparation.demonstration_password():
        say(f"演示账号：{' '.join(preparation.ROLES)}")
        say(f"口令都是：{password}")
    connection.close()
    say("按 Ctrl-C 停止。")


def stop_in_order(children: list[Child], users: FileLock) -> None:
    """Web, worker and scheduler first, then Redis, and PostgreSQL when no command uses it any more."""
    order = ["static", "web", "worker", "scheduler", "redis"]
    for child in sorted((child for child in children if child.name in order), key=lambda one: order.index(one.name)):
        child.stop()
    with starting_or_stopping():
        for child in (child for child in children if child.name == "postgres"):
            if not users.try_alone():
                say("另一条命令正在使用数据库，等它结束……")
                users.try_alone(OTHERS_SECONDS)
            child.stop()
        users.release()
