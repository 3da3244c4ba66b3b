"""Is a restored database whole? Counts, ledger, files, and whether the keys open what is sealed (B01). Reads only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection

from hall.ledger import verifying as ledger
from hall.privacy import cipher
from hall.privacy.sealed import Place, places

OPENED: Final = 100  # sealed values tried, spread over all the places that hold some
# Rows that come and go by themselves: their number says nothing.
RESTLESS: Final = frozenset(
    {
        "django_session",
        "access_signin",
        "ledger_heartbeat",
        "ledger_ratecounter",
        "ledger_idempotencykey",
        "axes_accessattempt",
    }
)


@dataclass(frozen=True)
class Verified:
    """What was found in a restored database."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    missing: int = 0
    files: int = 0
    opened: int = 0
    unreadable: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Nothing missing, nothing changed, everything readable."""
        return not (self.faults or self.missing or self.unreadable)

    @property
    def says(self) -> str:
        """One sentence."""
        total = sum(self.counts.values())
        found = f"{len(self.counts)} 张表 {total:,} 行，附件 {self.files} 个，试解密 {self.opened} 处"
        wrong = [f"事件账 {len(self.faults)} 处不符"] if self.faults else []
        wrong += [f"缺附件 {self.missing} 个"] if self.missing else []
        wrong += [f"解不开 {len(self.unreadable)} 处（密钥不对，或已损坏）"] if self.unreadable else []
        return f"{found}；{'，'.join(wrong) if wrong else '全部完好'}"

    def as_dict(self) -> dict[str, Any]:
        """For a file or another process."""
        return asdict(self)


def verify(published: Iterable[Mapping[str, Any]] = ()) -> Verified:
    """Look at the database this process is connected to, and its files."""
    faults = [str(fault) for fault in ledger.verify(published)]
    files, missing = _files()
    opened, unreadable = _open_some()
    return Verified(counts(), faults, missing, files, opened, unreadable)


def counts() -> dict[str, int]:
    """Rows of every table, but of those that come and go by themselves."""
    tables = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed} - RESTLESS
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables & set(connection.introspection.table_names(cursor))):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of our own tables
            found[table] = cursor.fetchone()[0]
    return found


def _files() -> tuple[int, int]:
    """How many files rows name, and how many of those are not there."""
    names = [name for place in places() if place.files for _, name in _rows(place, limit=None)]
    return len(names), sum(not default_storage.exists(name) for name in names)


def _open_some() -> tuple[int, list[str]]:
    """Open sealed values, some of each place, a hundred in all; returns how many opened and where not."""
    queue = [(place, _rows(place, limit=OPENED)) for place in places()]
    opened, unreadable = 0, list[str]()
    while queue and opened + len(unreadable) < OPENED:
        place, rows = queue.pop(0)
        if (row := next(rows, None)) is None:
            continue
        queue.append((place, rows))
        if _opens(place, *row):
            opened += 1
        else:
            unreadable.append(place.context(row[0]))
    return opened, unreadable


def _opens(place: Place, key: Any, held: Any) -> bool:
    context = place.context(key)
    try:
        if place.files:
            with default_storage.open(held) as file:
                cipher.decrypt_bytes(file.read(), context=context)
        elif place.binary:
            cipher.decrypt_bytes(held, context=context)
        else:
            cipher.decrypt(held, context=context)
    except (cipher.DecryptionFailed, OSError):
        return False
    return True


def _rows(place: Place, *, limit: int | None) -> Iterator[tuple[Any, Any]]:
    """Key and envelope of rows that hold one, the newest keys first where they are ordered by time."""
    held = f'octet_length("{place.column}") > 0' if place.binary else f"\"{place.column}\" <> ''"
    sql = f'SELECT "{place.key}", "{place.column}" FROM "{place.table}" WHERE {held} ORDER BY 1 DESC LIMIT %s'  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, [limit])
        yield from cursor.fetchall()
