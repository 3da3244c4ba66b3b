"""Where personal data may lie about: tables, sessions, Redis, logs, the database server's own log, files."""

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from hall.local.logs import QuietFormatter

_TABLES = "SELECT schemaname || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname IN ('public', 'seeds')"
_BINARY = """
SELECT quote_ident(table_schema) || '.' || quote_ident(table_name), quote_ident(column_name)
FROM information_schema.columns WHERE data_type = 'bytea' AND table_schema = 'public'
"""


def tables() -> dict[str, str]:
    """Every table as text, as a dump would hold it; bytes are read as text as well."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        dumped = {name: _copied(name) for (name,) in cursor.fetchall()}
        cursor.execute(_BINARY)
        for table, column in cursor.fetchall():
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")
            dumped[table] += "\n".join(bytes(value).decode("utf-8", "replace") for (value,) in cursor.fetchall())
    return dumped


def _copied(name: str) -> str:
    out = io.StringIO()
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT * FROM {name}) TO STDOUT", out)
    return out.getvalue()


def sessions() -> str:
    """Sessions are coded in their table; here they are opened."""
    return "\n".join(str(session.get_decoded()) for session in Session.objects.all())


def redis_keys() -> str:
    """Every key with its value."""
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://"))
    try:
        return "\n".join(f"{key!r} {client.dump(key)!r} {_value(client, key)}" for key in client.scan_iter())
    finally:
        client.close()


def _value(client: Any, key: bytes) -> str:
    read: dict[bytes, Callable[[bytes], Any]] = {
        b"string": client.get,
        b"list": lambda name: client.lrange(name, 0, -1),
        b"hash": client.hgetall,
        b"set": client.smembers,
        b"zset": lambda name: client.zrange(name, 0, -1),
    }
    value = read.get(client.type(key), lambda _: b"")(key)
    return b"".join(value).decode("utf-8", "replace") if isinstance(value, list) else str(value)


def files() -> dict[str, str]:
    """What the hall wrote into its folder of files."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path): path.read_bytes().decode("utf-8", "replace") for path in root.rglob("*") if path.is_file()}


@contextmanager
def logs() -> Iterator[io.StringIO]:
    """What web and worker write to standard error, in our format, with our rooms at their most talkative."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(QuietFormatter())
    ours = [logging.getLogger(name) for name in ("hall", "approvals")]
    before = [logger.level for logger in ours]
    logging.getLogger().addHandler(handler)
    for logger in ours:
        logger.setLevel(logging.DEBUG)
    try:
        yield out
    finally:
        logging.getLogger().removeHandler(handler)
        for logger, level in zip(ours, before, strict=True):
            logger.setLevel(level)


def server_log() -> Path | None:
    """The file the database server writes its log to; None where it is none we may read."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    try:
        pid = (folder / "postmaster.pid").read_text().split("\n", 1)[0]
        path = Path(os.readlink(f"/proc/{pid}/fd/2"))
    except OSError:
        return None
    return path if path.is_file() and os.access(path, os.R_OK) else None


class Written:
    """Values of statements that write, by table: an execute wrapper."""

    def __init__(self, found_in: Callable[[str], set[str]]) -> None:
        self._found_in = found_in
        self.hits: dict[str, set[str]] = {}

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        words = str(sql).split(None, 3)
        if words and words[0] in ("INSERT", "UPDATE") and (found := self._found_in(f"{sql} {params!r}")):
            table = words[2 if words[0] == "INSERT" else 1].strip('"')
            self.hits.setdefault(table, set()).update(found)
        return execute(sql, params, many, context)
