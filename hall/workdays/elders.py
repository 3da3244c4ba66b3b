"""The transactions that may still count by the calendar as it was before a notice.

Whoever computes a deadline reads the calendar's token in the transaction that writes it, and with that holds the
mildest of all locks on its table until the transaction ends; PostgreSQL takes the lock before it looks at a row. So
once a notice can be seen, whoever holds no such lock will read the new calendar, and those who do hold one are named
here. Nothing is asked of them and nobody waits for anybody: whoever lists what a notice moves only waits until they
are gone (as CREATE INDEX CONCURRENTLY does), for then their rows can be seen. A name is that of a transaction until the
server starts anew; after a crash it may be somebody else's, which costs patience and nothing more.
"""

from typing import Final

from django.db import connection

from hall.workdays.models import CalendarVersion

_READERS: Final = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = to_regclass(%s) AND mode = 'AccessShareLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
ORDER BY virtualtransaction
"""


def readers() -> list[str]:
    """The transactions, but for one's own, that have read the calendar and are not over."""
    with connection.cursor() as cursor:
        cursor.execute(_READERS, [CalendarVersion._meta.db_table])
        return [name for (name,) in cursor.fetchall()]
