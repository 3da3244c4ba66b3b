"""Accounts that are not what the record of their changes says: made, changed or removed behind the door (U02).

Every change of an account through the application leaves a row in its history. A trigger cannot watch this table as it
does cases: an account is made by a command too, before there is anybody to name.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

# Of the history the newest row of each account; a password is no part of it.
_APART: Final = """
WITH noted AS (
    SELECT DISTINCT ON (id) id, history_type, username, role, staff_id, is_active
    FROM access_historicaluser ORDER BY id, history_id DESC
)
SELECT coalesce(one.id, noted.id) AS account, CASE
    WHEN one.id IS NULL THEN 'DELETE'
    WHEN noted.id IS NULL OR noted.history_type = '-' THEN 'INSERT' ELSE 'UPDATE' END
FROM access_user AS one FULL JOIN noted ON noted.id = one.id
WHERE CASE
    WHEN one.id IS NULL THEN noted.history_type <> '-'
    WHEN noted.id IS NULL OR noted.history_type = '-' THEN true
    ELSE (one.username, one.role, one.staff_id, one.is_active)
        IS DISTINCT FROM (noted.username, noted.role, noted.staff_id, noted.is_active) END
ORDER BY account
"""


@dataclass(frozen=True, slots=True)
class Apart:
    """One account, and what was done to it behind the door: INSERT, UPDATE or DELETE."""

    account: int
    deed: str


def apart() -> list[Apart]:
    """Every account whose row and history say different things."""
    with connection.cursor() as cursor:
        cursor.execute(_APART)
        return [Apart(account, deed) for account, deed in cursor.fetchall()]
