"""The hall's own web server on a scratch database, started as `manage.py up` starts it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from django.core.management import call_command
from django.db import connection

from hall.ledger import grants
from hall.local.children import PROJECT
from hall.local.databases import APPLICATION
from hall.local.ports import page_answers
from hall.local.processes import die_with_parent, end_all, session_members, wait_until
from hall.local.supervisor import Wish, web_arguments

PATIENCE: Final = 60


class NoServer(Exception):
    """The server did not come up."""


@contextmanager
def serving(log: Path) -> Iterator[int]:
    """Serve the database this process is connected to; yields the port."""
    wish = Wish(port=_free_port())
    role = APPLICATION if _lets_in(connection.settings_dict) else ""
    if role:
        grants.install(role)
    environment = {
        "DATABASE_URL": _address(role),
        "HALL_APP_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "hall.bench.settings",
        "HALL_PROCESS": "web",
        "HALL_PUBLIC_ORIGIN": wish.origin,
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *web_arguments(wish)],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- nothing is loaded before it answers
        )
    try:
        wait_until(lambda: process.poll() is not None or page_answers(wish.host, wish.port), PATIENCE)
        if not page_answers(wish.host, wish.port):
            raise NoServer(str(log))
        yield wish.port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
        end_all(lambda: session_members(process.pid), seconds=2)


def _lets_in(at: Mapping[str, Any]) -> bool:
    """Whether the application's role, which has no password, can connect: over a socket, as this process does."""
    return at["HOST"].startswith("/") and not at["PASSWORD"]


def _address(role: str = "") -> str:
    """The connection of this process, or of another role, as DATABASE_URL."""
    at = {**connection.settings_dict, **({"USER": role} if role else {})}
    secret = f":{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else ""
    port = f":{at['PORT']}" if at["PORT"] else ""
    host, folder = ("", f"?host={at['HOST']}") if at["HOST"].startswith("/") else (at["HOST"], "")
    return f"postgresql://{quote(at['USER'], safe='')}{secret}@{host}{port}/{at['NAME']}{folder}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
