"""The citizen's query code: made, sealed until printed, then only its digest (law 13; ASVS 6.5.4)."""

import secrets
from datetime import date, datetime, timedelta
from functools import cache

from django.db import connection

from approvals.cases.enums import ParameterKey
from approvals.cases.models import Case, QueryCode
from approvals.cases.parameters import whole_number
from hall.prepared import Prepared
from hall.privacy import cipher
from hall.privacy.canonical import half_width
from hall.privacy.indexes import keyed_digest, same_digest

# Letters and digits that survive being read out over the telephone: no 0 O 1 I L, no U beside V. 30^9 is 44 bits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 9
NO_CODE = "0" * 64


def make() -> str:
    """A fresh random code, 44 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def canonical(typed: str) -> str:
    """What a person typed, without spaces, hyphens, case or full width."""
    return "".join(c for c in half_width(typed).upper() if c.isalnum())


def spoken(code: str) -> str:
    """Groups of three, as printed."""
    return " ".join(code[i : i + 3] for i in range(0, len(code), 3))


def digest(docket: str, code: str) -> str:
    """Keyed digest bound to the docket, so that equal codes of two cases do not look alike."""
    return keyed_digest("query_code", f"{docket}|{canonical(code)}".encode())


def stored(docket: str) -> str | None:
    """The digest kept for the case of this number, None where there is no such case."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, (docket,))
        row = cursor.fetchone()
    return row and str(row[0])


@cache
def _statement() -> Prepared:
    codes, cases = QueryCode._meta.db_table, Case._meta.db_table
    sql = f"SELECT q.digest::text FROM {codes} q JOIN {cases} c ON c.id = q.case_id WHERE c.docket = $1"  # noqa: S608 - our tables
    return Prepared("query_code_digest", ("text",), sql)


def matches(docket: str, code: str, stored: str | None) -> bool:
    """Compare in constant time, and do the same work where there is nothing to compare with."""
    return same_digest(digest(docket, code), stored or NO_CODE)


def hours_to_print(case: Case, *, on: date) -> int:
    """How long the code waits in clear for its receipt to be printed, at the case's center."""
    return whole_number(ParameterKey.QUERY_CODE_HOURS, center=case.center_id, on=on)


def issue(case: Case, *, at: datetime, hours: int, reason: str = "") -> QueryCode:
    """Give the case a new code, in clear for `hours`; an earlier one stops working. In the caller's transaction."""
    code = make()
    facts = {
        "digest": digest(case.docket, code),
        "sealed": cipher.encrypt(code, context=_place(case)),
        "sealed_until": at + timedelta(hours=hours),
        "printed_at": None,
        "issued_at": at,
        "reason": reason,
    }
    row = QueryCode(case=case, **facts)
    QueryCode.objects.bulk_create([row], update_conflicts=True, unique_fields=["case"], update_fields=list(facts))
    return row


def pending(case: Case, *, at: datetime) -> str:
    """The code in clear while the receipt waits to be printed; empty afterwards."""
    row = QueryCode.objects.filter(case=case).first()
    if row is None or not row.sealed or row.sealed_until is None or row.sealed_until <= at:
        return ""
    return cipher.decrypt_text(row.sealed, context=_place(case))


def forget(case: Case, *, at: datetime) -> None:
    """The receipt is printed: only the digest stays."""
    QueryCode.objects.filter(case=case).exclude(sealed="").update(sealed="", sealed_until=None, printed_at=at)


def forget_expired(*, at: datetime) -> int:
    """Clear what was never confirmed within its hours; returns how many."""
    return QueryCode.objects.filter(sealed_until__lte=at).exclude(sealed="").update(sealed="", sealed_until=None)


def _place(case: Case) -> str:
    return f"cases_querycode.sealed.{case.pk}"
