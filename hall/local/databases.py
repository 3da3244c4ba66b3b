"""The database settings: `DATABASE_URL`, or the embedded server of the data folder.

Two roles use it (C10). The owner of the tables migrates, restores and does what is asked at the keyboard; pages, worker
and scheduler connect as a role that owns nothing (hall/ledger/grants.py).
"""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hall.local.paths import run_dir
from hall.local.trouble import Trouble

# The roles of the embedded server.
OWNER, APPLICATION = "hall", "hall_app"
# What these processes do, they do as the application; of another server `HALL_APP_DATABASE_URL` says how.
SERVING = {"web", "worker"}
# Milliseconds. A request gives up early so that one slow page cannot take the hall down; background work is given more
# time; a command at the keyboard may take as long as it needs, but never waits for a lock in silence.
STATEMENT_TIMEOUT = {"web": 5_000, "worker": 60_000, "command": 0}
LOCK_TIMEOUT = {"web": 2_000, "worker": 5_000, "command": 10_000}


def parse_url(url: str) -> dict[str, Any]:
    """Read `postgresql://user:password@host:port/name?host=/socket/folder` into Django's keys."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    if parts.scheme not in {"postgresql", "postgres"}:
        raise _unreadable()
    query = parse_qs(parts.query)
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "hall",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(port or ""),
        **{name.upper(): query[name][0] for name in ("sslmode", "sslrootcert") if name in query},
    }


def _unreadable() -> Trouble:
    # The address may carry a password: it is never repeated.
    return Trouble("环境变量 DATABASE_URL 不是数据库地址。写法：postgresql://用户:口令@主机:5432/库名")


def connection_options(process: str) -> dict[str, Any]:
    """What libpq is told by a process of this kind: `web`, `worker` or `command`."""
    limits = {
        "statement_timeout": STATEMENT_TIMEOUT[process],
        "lock_timeout": LOCK_TIMEOUT[process],
        "idle_in_transaction_session_timeout": 0 if process == "command" else 30_000,
    }
    return {
        "connect_timeout": 5,
        "tcp_user_timeout": 5_000,
        "application_name": f"hall-{process}",
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
    }


def database_settings() -> dict[str, Any]:
    """Django's DATABASES["default"]: health-checked connections that live a minute, in Beijing time (law 15).

    `HALL_PROCESS` (set by hall/wsgi.py and hall/celery.py) says which kind of process reads it.
    """
    process = os.environ.get("HALL_PROCESS", "command")
    place = _place(serving=process in SERVING)
    options = connection_options(process)
    options |= {name.lower(): place.pop(name) for name in ("SSLMODE", "SSLROOTCERT") if name in place}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **place,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TIME_ZONE": "Asia/Shanghai",
        "OPTIONS": options,
        "TEST": {"NAME": os.environ.get("HALL_TEST_DB") or None},
    }


def _place(*, serving: bool) -> dict[str, Any]:
    """Where the database is and as whom to connect: as its owner, or as the application."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return {**parse_url(f"postgresql://{APPLICATION if serving else OWNER}@/hall"), "HOST": str(run_dir())}
    return parse_url((os.environ.get("HALL_APP_DATABASE_URL") or url) if serving else url)


def application_role() -> str:
    """The role whose rights follow the tables; empty where another server knows one role for everything."""
    if not os.environ.get("DATABASE_URL"):
        return APPLICATION
    own = os.environ.get("HALL_APP_DATABASE_URL", "")
    return str(parse_url(own)["USER"]) if own else ""
