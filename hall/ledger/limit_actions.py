"""The only door for counting tries against allowances: several counters in one statement, exact under concurrency.

`hall.ledger.actions.hit` counts one; a page that keeps several counters asks here, for each statement is a commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.db import connection
from django.db.models import Q

from hall.ledger.limits import key_hash, window_start
from hall.ledger.models import RateCounter
from hall.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many tries of one key are allowed in a window of time."""

    scope: str
    tries: int
    window: timedelta


Counted = tuple[Allowance, str]
# Nobody waits for the disk: that a machine which loses its power forgets the tries of its last second harms nobody. A
# statement by itself is a transaction, so the setting ends with it; within somebody else's transaction it is not made.
_COUNT: Final = """
WITH hasty AS MATERIALIZED (SELECT CASE WHEN $1 THEN set_config('synchronous_commit', 'off', true) END),
counted AS (
    INSERT INTO {table} AS held (scope, key_hash, window_start, count)
    SELECT tries.*, 1 FROM hasty, (VALUES {values}) AS tries (scope, key_hash, window_start)
    ON CONFLICT (scope, key_hash, window_start) DO UPDATE SET count = held.count + 1
    RETURNING scope, key_hash, count
)
SELECT scope::text, key_hash::text, count FROM counted
"""
_KEY: Final = ("text", "text", "timestamptz")
_READ: Final = """
UNION ALL SELECT scope::text, key_hash::text, count FROM {table} WHERE (scope, key_hash, window_start) IN ({keys})
"""


def count(*counted: Counted, read: Sequence[Counted] = (), at: datetime) -> list[int]:
    """Count one try of each key; the counts with this try, in the order asked, then those of `read`, left as they are.

    Call it outside of `transaction.atomic`: inside, a rollback would forget the try and others would wait on its rows.
    Rows are taken in one order always, so that two statements never wait for each other.
    """
    rows, more = _rows(counted, at), _rows(read, at)
    ordered = sorted(set(rows))
    values = [not connection.in_atomic_block, *(value for row in ordered + more for value in row)]
    with connection.cursor() as cursor:
        _statement(len(ordered), len(more)).execute(cursor, values)
        found = {(scope, key): number for scope, key, number in cursor.fetchall()}
    return [found.get((scope, key), 0) for scope, key, _ in rows + more]


@cache
def _statement(counted: int, read: int) -> Prepared:
    """So many keys counted, so many only read. The text holds the name of our own table and placeholders."""
    table = RateCounter._meta.db_table
    keys = [f"(${n}, ${n + 1}, ${n + 2})" for n in range(2, 2 + 3 * (counted + read), 3)]
    sql = _COUNT.format(table=table, values=", ".join(keys[:counted]))
    if read:
        sql += _READ.format(table=table, keys=", ".join(keys[counted:]))
    return Prepared(f"count_{counted}_read_{read}", ("boolean", *_KEY * (counted + read)), sql)


def counts(*counted: Counted, at: datetime) -> list[int]:
    """The tries of each key so far, without counting one."""
    rows = _rows(counted, at)
    wanted = Q()
    for scope, key, start in rows:
        wanted |= Q(scope=scope, key_hash=key, window_start=start)
    held = RateCounter.objects.filter(wanted).values_list("scope", "key_hash", "count")
    found = {(scope, key): number for scope, key, number in held}
    return [found.get((scope, key), 0) for scope, key, _ in rows]


def keys_over(allowance: Allowance, *, at: datetime) -> int:
    """How many keys have used up their allowance in the window of this moment."""
    start = window_start(at, allowance.window)
    return RateCounter.objects.filter(scope=allowance.scope, window_start=start, count__gte=allowance.tries).count()


def forget_all(*allowances: Allowance) -> int:
    """Start every key of these scopes anew; the number of counters removed."""
    removed, _ = RateCounter.objects.filter(scope__in=[one.scope for one in allowances]).delete()
    return removed


def _rows(counted: Sequence[Counted], at: datetime) -> list[tuple[str, str, datetime]]:
    return [(one.scope, key_hash(one.scope, key), window_start(at, one.window)) for one, key in counted]
