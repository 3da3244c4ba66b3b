"""After the database went back to an earlier moment: what was given out meanwhile must not be given out again (D12).

Numbers of the time that is lost stand on receipts and in addresses. How many they were nobody knows any more, so every
series goes on a good way further; the hole in it is written down with the restore.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import connection

from hall.ledger.models import Counter, DocketCounter

SERIALS_SKIPPED: Final = 1_000  # of a center on a day, and of a series of documents: more than a hall gives out in one
IDS_SKIPPED: Final = 1_000_000
_SEQUENCES: Final = """
SELECT format('%I.%I', sequence.schemaname, sequence.sequencename), sequence.max_value
FROM pg_sequences AS sequence WHERE sequence.schemaname = 'public' ORDER BY 1
"""


def skip_dockets(*, centers: Iterable[str], days: Iterable[date]) -> int:
    """Go on a thousand numbers further in each center on each of the days; a day without a number yet starts there."""
    sql = (
        "INSERT INTO {table} AS held (center_code, day, last) VALUES (%s, %s, %s)"
        " ON CONFLICT (center_code, day) DO UPDATE SET last = held.last + excluded.last"
    )
    rows = [(center, day, SERIALS_SKIPPED) for day in days for center in centers]
    with connection.cursor() as cursor:
        cursor.executemany(sql.replace("{table}", DocketCounter._meta.db_table), rows)
    return len(rows)


def skip_documents() -> int:
    """Go on a thousand numbers further in every series of documents."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{Counter._meta.db_table}" SET last = last + %s', [SERIALS_SKIPPED])  # noqa: S608
        return int(cursor.rowcount)


def skip_ids() -> int:
    """Go on a million further in every sequence, so that an old address never leads to another row."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES)
        found = cursor.fetchall()
        for name, most in found:
            cursor.execute(
                f"SELECT setval(%s, least(last_value + %s, %s)) FROM {name}",  # noqa: S608 - quoted by format('%I')
                [name, IDS_SKIPPED, most],
            )
    return len(found)
