"""The embedded database for one command's duration: joined when it runs, started and stopped when it does not."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hall.local.locks import FileLock, starting_or_stopping, users_lock
from hall.local.postgres import Postgres, database_present
from hall.local.servants import find_servant

# These need no database, or bring their own.
WITHOUT_DATABASE = {
    "up", "make_keys", "restore", "backup_key", "help", "version", "check", "collectstatic", "findstatic",
    "makemigrations", "makemessages", "compilemessages", "diffsettings", "startapp", "startproject",
    "testserver", "test", "sendtestemail",
}  # fmt: skip
# Unless they are asked for this.
WITH_DATABASE = ("restore", "--settle")
# These answer from what is shipped where there is no database yet, and then start nothing.
CONTENT_WITHOUT = {"due"}


def needs_database(arguments: Sequence[str]) -> bool:
    """Whether `manage.py` with these arguments has to find the embedded database running."""
    words = [word for word in arguments[1:] if not word.startswith("-")]
    if not words or {"--help", "-h", "--version"} & set(arguments[1:]) or os.environ.get("DATABASE_URL"):
        return False
    if words[0] == WITH_DATABASE[0] and WITH_DATABASE[1] in arguments:
        return True
    if words[0] in CONTENT_WITHOUT:
        return database_present()
    return words[0] not in WITHOUT_DATABASE


@contextmanager
def database_for(arguments: Sequence[str]) -> Iterator[bool]:
    """Keep the embedded database available inside the block; yields whether it was made just now and is empty."""
    if not needs_database(arguments):
        yield False
        return
    # A command that is asked to end leaves in order, so that the server does not stay behind.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    users = users_lock()
    servant = find_servant()
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}{os.pathsep}{servant.postgres_bin}"  # psql for `dbshell`
    postgres = Postgres(servant)
    with starting_or_stopping():
        postgres.ensure(tied=False)
        users.share()
    if postgres.fresh:
        print("已新建数据库。", file=sys.stderr)
    try:
        yield postgres.fresh
    finally:
        leave(users, postgres)


def leave(users: FileLock, postgres: Postgres) -> None:
    """Give up the shared use of the server; who is the last one out stops it."""
    with starting_or_stopping():
        if users.try_alone():
            postgres.stop()
        users.release()
