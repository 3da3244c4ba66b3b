"""Filing one case: the service layer on one connection beside raw psycopg2 that inserts the same rows and commits."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final

import psycopg2
from django.db import connection, transaction
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions import Application, MaterialFacts, PartyFacts
from approvals.cases.enums import MaterialState, PartyKind
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion
from hall.access.enums import Role
from hall.access.models import User
from hall.bench.measuring import BLOCKS, Ground, Must, Result, clock
from hall.privacy.canonical import identity_check_character
from hall.privacy.enums import IdentityKind

A_BLOCK: Final = 100
Statement = tuple[str, Any]
# A made-up person: the check digit holds, and no card names a whole province as its region (GB 11643-1999).
APPLICANT: Final = PartyFacts(
    kind=PartyKind.PERSON, name="样本", identity_kind=IdentityKind.RESIDENT, identity="110000199001010013",
    phone="13900000000",
)  # fmt: skip


def measure(ground: Ground) -> Result:
    """Blocks in turn: record the statements of filings that are rolled back, repeat them raw, then file for good."""
    version, clerk = at_a_window()
    application = an_application(version)
    ours = floor = 0.0
    statements = 0

    def file() -> None:
        actions.register(application, by=clerk, at=timezone.now())

    file()
    for _ in range(BLOCKS):
        recorded = _recorded(file, A_BLOCK)
        statements = max(len(one) for one in recorded)
        floor += _repeated([[s for s in one if _writes(s)] for one in recorded])
        ours += clock(lambda: _often(file, A_BLOCK))
    number = BLOCKS * A_BLOCK
    ours, floor = ours / number * 1000, floor / number * 1000
    return Result(
        "filing", ground.scale.name, ours, "ms", number, floor=floor,
        musts=(Must("倍数", ours / floor, 4), Must("语句", statements, 12)),
        also={"statements": statements},
    )  # fmt: skip


def _often(work: Callable[[], None], times: int) -> None:
    for _ in range(times):
        work()


def at_a_window() -> tuple[ItemVersion, User]:
    """An item with a promise and a clerk who takes it, as a request has them in hand."""
    versions = ItemVersion.objects.filter(status=VersionStatus.PUBLISHED, promise_count__gt=0)
    version = versions.select_related("item__department__center", "regime").prefetch_related("legal_bases").first()
    if version is None:
        raise LookupError("no published item")
    clerks = User.objects.filter(role=Role.CLERK, staff__department=version.item.department)
    clerk = clerks.select_related("staff").order_by("pk").first()
    if clerk is None:
        raise LookupError("no clerk")
    return version, clerk


def identity_of(number: int) -> str:
    """The identity number of one of ten million made-up people (check character: ISO 7064 MOD 11-2, GB 11643-1999)."""
    born = date(1950, 1, 1) + timedelta(days=number // 999)
    body = f"110000{born:%Y%m%d}{number % 999 + 1:03d}"
    return body + identity_check_character(body)


def an_application(version: ItemVersion) -> Application:
    """One person who hands in everything."""
    materials = tuple(MaterialFacts(material=one, state=MaterialState.RECEIVED) for one in version.materials.all())
    return Application(version=version, applicant=APPLICANT, materials=materials)


class _Undone(Exception):
    """Leaves a transaction without keeping it."""


def _recorded(file: Any, number: int) -> list[list[Statement]]:
    """The statements of some filings, in one transaction that is given up: their numbers differ and are free again."""
    found: list[list[Statement]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:
            found[-1].append((sql, params))
        return execute(sql, params, many, context)

    try:
        with transaction.atomic(), connection.execute_wrapper(keep):
            for _ in range(number):
                found.append([])
                file()
            raise _Undone
    except _Undone:
        return found


def _writes(statement: Statement) -> bool:
    return statement[0].lstrip().upper().startswith("INSERT")


@contextmanager
def bare_connection() -> Iterator[Any]:
    """psycopg2 and nothing else, to the same database."""
    given = connection.get_connection_params()
    wanted = {name: given[name] for name in ("dbname", "user", "password", "host", "port", "options") if name in given}
    line = psycopg2.connect(**wanted)
    try:
        yield line
    finally:
        line.close()


def _repeated(filings: Sequence[Sequence[Statement]]) -> float:
    """Seconds for the same inserts and the same commits, without anything around them."""

    def work() -> None:
        for statements in filings:
            with line.cursor() as cursor:
                for sql, params in statements:
                    cursor.execute(sql, params)
            line.commit()

    with bare_connection() as line:
        return clock(work)
