"""Moving everything sealed to the newest key, while the hall works and even if it is stopped half-way (C39, P07).

Every batch is a transaction of its own: it locks its rows, opens them, seals them anew and writes them back. Until then
a row is readable with its old key, from then on with the new one; what was done stays done. A file is written anew
under another name before its row points to it, and the old one goes only after the commit: a kill leaves a file too
many, never a row without one.
"""

# ruff: noqa: S608 (what is put into these texts are names of our own tables and columns, never a value)
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from hall.privacy import cipher
from hall.privacy.keys import keyring
from hall.privacy.sealed import Place, places

BATCH: Final = 200
# A guard that keeps a column as it was written lets a new seal of the same text pass while this is said.
SAYING: Final = "SELECT set_config('hall.task', %s, true)"
Say = Callable[[str], None]


@dataclass
class Outcome:
    """How many values were sealed anew, and where one could not be opened (`table.column.key`, never a value)."""

    moved: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate(say: Say = lambda _: None, *, batch: int = BATCH) -> Outcome:
    """Seal every value of an older key with the current one. May be stopped at any moment and started again."""
    outcome = Outcome()
    for place in places():
        before = outcome.moved
        for done in _batches(place, batch, outcome):
            say(f"{place}：已换 {done - before} 处")
    return outcome


def counts() -> dict[str, Counter[str]]:
    """How many values each key seals, by place; empty values are sealed by none. Reads every sealed row and file."""
    return {str(place): _count(place) for place in places()}


def left(key_id: str | None = None) -> int:
    """Values sealed with a key, or with any but the current one. A key may be retired at 0."""
    total = sum(counts().values(), Counter[str]())
    wanted = [key_id] if key_id else [key for key in total if key != keyring().current]
    return sum(total[key] for key in wanted)


def _count(place: Place) -> Counter[str]:
    with connection.cursor() as cursor:
        if not place.files:
            cursor.execute(f"SELECT {_key_of(place)}, count(*) FROM {_there(place)} GROUP BY 1")
            return Counter(dict(cursor.fetchall()))
        cursor.execute(f"SELECT {place.column} FROM {_there(place)}")
        return Counter(_key_of_file(name) for (name,) in cursor.fetchall())


def _batches(place: Place, batch: int, outcome: Outcome) -> Iterator[int]:
    """Walk the place by key, one transaction a batch; what is new to come is sealed with the current key already."""
    last = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SAYING, ["rotation"])
            rows = _next(cursor, place, last, batch)
            moved = [one for row in rows if (one := _anew(place, *row, outcome))]
            _write(cursor, place, moved)
        outcome.moved += len(moved)
        if not rows:
            return
        last = rows[-1][0]
        yield outcome.moved


def _next(cursor: CursorWrapper, place: Place, last: Any, batch: int) -> list[tuple[Any, Any]]:
    """The next rows under an older key, locked: who writes one of them at this moment waits, or we wait for them."""
    older = "true" if place.files else f"{_key_of(place)} <> %(current)s"
    after = "" if last is None else f"AND {place.key} > %(last)s"
    cursor.execute(
        f"SELECT {place.key}, {place.column} FROM {_there(place)} AND {older} {after}"
        f" ORDER BY {place.key} LIMIT %(batch)s FOR UPDATE",
        {"current": keyring().current, "last": last, "batch": batch},
    )
    return list(cursor.fetchall())


def _anew(place: Place, key: Any, held: Any, outcome: Outcome) -> tuple[Any, Any] | None:
    context = place.context(key)
    try:
        if place.files:
            name = _file_anew(held, context)
            return (key, name) if name else None
        if place.binary:
            return key, cipher.encrypt_bytes(cipher.decrypt_bytes(held, context=context), context=context)
        return key, cipher.encrypt(cipher.decrypt(held, context=context), context=context)
    except (cipher.DecryptionFailed, OSError):
        outcome.unreadable.append(context)
        return None


def _file_anew(name: str, context: str) -> str:
    """The name of the file under the new key; empty where it has that key already."""
    if _key_of_file(name) == keyring().current:
        return ""
    with default_storage.open(name) as file:
        plain = cipher.decrypt_bytes(file.read(), context=context)
    folder = name.rpartition("/")[0].rpartition("/")[0]
    key = secrets.token_hex(16)
    made = default_storage.save(f"{folder}/{key[:2]}/{key}", ContentFile(cipher.encrypt_bytes(plain, context=context)))
    transaction.on_commit(lambda: default_storage.delete(name))
    return made


def _write(cursor: CursorWrapper, place: Place, moved: list[tuple[Any, Any]]) -> None:
    for key, value in moved:
        cursor.execute(f"UPDATE {place.table} SET {place.column} = %s WHERE {place.key} = %s", [value, key])


def _there(place: Place) -> str:
    """Rows that hold something; table and column come from our models, never from outside."""
    held = f"octet_length({place.column}) > 0" if place.binary else f"{place.column} <> ''"
    return f"{place.table} WHERE {held}"


def _key_of(place: Place) -> str:
    """SQL of the key id an envelope names."""
    text = f"encode(substring({place.column} FROM 1 FOR 80), 'escape')" if place.binary else place.column
    return f"split_part({text}, '|', 2)"


def _key_of_file(name: str) -> str:
    try:
        with default_storage.open(name) as file:
            return cipher.key_id_of_bytes(file.read(80))
    except OSError:
        return ""
