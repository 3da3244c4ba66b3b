"""The database settings: `DATABASE_URL`, or the embedded server of the data folder."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hall.local.paths import data_dir

OPTIONS = {
    "connect_timeout": 5,
    # A statement of a request never runs longer than five seconds, never waits for a lock longer than two.
    "options": "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=30000",
}


def parse_url(url: str) -> dict[str, Any]:
    """Read `postgresql://user:password@host:port/name?host=/socket/folder` into Django's keys."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "hall",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [unquote(parts.hostname or "")])[0],
        "PORT": str(parts.port or ""),
    }


def database_settings() -> dict[str, Any]:
    """Django's DATABASES["default"]: health-checked connections that live a minute, in Beijing time (law 15)."""
    url = os.environ.get("DATABASE_URL", "")
    place = parse_url(url) if url else {"NAME": "hall", "USER": "hall", "HOST": str(data_dir() / "run")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **place,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TIME_ZONE": "Asia/Shanghai",
        "OPTIONS": OPTIONS,
        "TEST": {"NAME": os.environ.get("HALL_TEST_DB") or None},
    }
