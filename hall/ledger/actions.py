"""The only door into the ledger: events, numbers, idempotency keys, limits, heartbeats. Seals are in sealing.py."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import Model

from hall.ledger import kinds, limits, numbers, setwise
from hall.ledger.idempotency import KeyReused, digest_of
from hall.ledger.models import (
    CLOCK_TOLERANCE,
    Counter,
    DocketCounter,
    Event,
    Heartbeat,
    IdempotencyKey,
    RateCounter,
)
from hall.privacy.detector import Sieve, personal_paths, without_personal
from hall.privacy.indexes import same_digest

logger = logging.getLogger(__name__)
KEYS_KEPT = timedelta(days=7)
LIMITS_KEPT = timedelta(days=2)
_COLUMNS = ("docket", "kind", "center_code", "actor", "actor_role", "occurred_at", "data")
Actor = AbstractBaseUser | AnonymousUser | None


class PersonalDataInEvent(ValueError):
    """Somebody tried to write a person's number into the ledger, where nothing can ever be erased (law 13)."""


@dataclass(frozen=True)
class NewEvent:
    """One event for `append_many`; the fields are those of `append`."""

    docket: str
    kind: str
    center_code: str
    actor: Actor
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


def append(
    *,
    docket: str,
    kind: str,
    center_code: str,
    actor: Actor,
    occurred_at: datetime,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event in the caller's transaction, together with the change it tells of (law 8).

    `occurred_at` is business time, at most two minutes ahead of the database's clock (IntegrityError). Raises
    UnknownKind for a kind no room announced, PersonalDataInEvent when `data` looks personal (in production the value is
    left out and its path logged).
    """
    event = _event(NewEvent(docket, kind, center_code, actor, occurred_at, data or {}))
    event.save(force_insert=True)
    return event


def append_many(events: Iterable[NewEvent]) -> int:
    """Write many events set-based, for actions on a batch of cases and for imports. The rules of `append` hold.

    Returns how many.
    """
    sieve = Sieve()
    rows = [_columns(new, sieve) for new in events]
    setwise.insert(Event, _COLUMNS, rows)
    return len(rows)


def next_docket(*, region6: str, center4: str, on: date) -> str:
    """The next docket number of a center on a Beijing day, gapless.

    The counter row stays locked until the caller's transaction ends; a rollback burns no number (N01, R14). Call it
    late in the transaction, once. Raises ValueError for impossible parts or when a day's numbers are used up.
    """
    numbers.compose(region6=region6, center4=center4, on=on, serial=1)
    _require_transaction()
    serial = _upsert(
        "INSERT INTO {table} AS held (center_code, day, last) VALUES (%s, %s, 1)"
        " ON CONFLICT (center_code, day) DO UPDATE SET last = held.last + 1 RETURNING last",
        DocketCounter,
        [region6 + center4, on],
    )
    return numbers.compose(region6=region6, center4=center4, on=on, serial=serial)


def next_document_no(*, center: str, mark: str, year: int) -> str:
    """The next number of a series of official documents, gapless: 130302-受-2026-00412.

    `center` is what stands in front; numbers are unique per `center`, so centers that share a prefix share the series.
    """
    _require_transaction()
    serial = _upsert(
        "INSERT INTO {table} AS held (series, last) VALUES (%s, 1)"
        " ON CONFLICT (series) DO UPDATE SET last = held.last + 1 RETURNING last",
        Counter,
        [f"{center}-{mark}-{year}"],
    )
    return numbers.compose_document_no(center=center, mark=mark, year=year, serial=serial)


def once(*, key: UUID, user: AbstractBaseUser, body: bytes) -> str | None:
    """Take an idempotency key at the start of the caller's transaction.

    None: the form is new, go on and call `remember` before the transaction ends. A text: it was answered already, and
    this is the reference remembered then. Of posts at the same time one goes on, the others wait for it here. Raises
    KeyReused when the key came with another body. Kept seven days.
    """
    _require_transaction()
    digest = digest_of(body)
    sql = "INSERT INTO {table} (key, user_id, body_digest, reference) VALUES (%s, %s, %s, '') ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{table}", IdempotencyKey._meta.db_table), [str(key), user.pk, digest])
        if cursor.rowcount:
            return None
    earlier = IdempotencyKey.objects.get(key=key, user_id=user.pk)
    if not same_digest(earlier.body_digest, digest):
        raise KeyReused(str(key))
    return earlier.reference


def remember(*, key: UUID, user: AbstractBaseUser, reference: str) -> None:
    """Store what a repeated post is to be answered with: a docket number or a path without personal data."""
    if not IdempotencyKey.objects.filter(key=key, user_id=user.pk).update(reference=reference):
        raise LookupError(f"idempotency key {key} was not taken with once()")


def hit(scope: str, key: str, *, limit: int, window: timedelta, at: datetime) -> bool:
    """Count one try; True while the key stays within `limit` tries per window. Exact under concurrency, without Redis.

    Call it outside of `transaction.atomic`: inside, a rollback would forget the try and others would wait on its row.
    """
    count = _upsert(
        "INSERT INTO {table} AS held (scope, key_hash, window_start, count) VALUES (%s, %s, %s, 1)"
        " ON CONFLICT (scope, key_hash, window_start) DO UPDATE SET count = held.count + 1 RETURNING count",
        RateCounter,
        [scope, limits.key_hash(scope, key), limits.window_start(at, window)],
    )
    return count <= limit


def forget_hits(scope: str, key: str) -> None:
    """Start a key anew, after a successful log-in."""
    RateCounter.objects.filter(scope=scope, key_hash=limits.key_hash(scope, key)).delete()


def beat(name: str, at: datetime, note: str = "") -> None:
    """Record that a periodic job finished.

    Of two hosts whose clocks differ a little the later moment stays. One that lies further ahead was written under a
    wrong clock that was put right since (R08): it would hide for as long that nothing finishes any more.
    """
    _upsert(
        "INSERT INTO {table} AS held (name, finished_at, note) VALUES (%s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET note = excluded.note, finished_at ="
        " CASE WHEN held.finished_at > excluded.finished_at + %s THEN excluded.finished_at"
        " ELSE greatest(held.finished_at, excluded.finished_at) END RETURNING 1",
        Heartbeat,
        [name, at, note[:200], CLOCK_TOLERANCE],
    )


def purge(at: datetime) -> int:
    """Remove idempotency keys older than seven days and counters of past windows. Returns the rows removed."""
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=at - KEYS_KEPT).delete()
    counters, _ = RateCounter.objects.filter(window_start__lt=at - LIMITS_KEPT).delete()
    return keys + counters


def _event(new: NewEvent) -> Event:
    kinds.kind_of(new.kind)
    return Event(
        docket=new.docket,
        kind=new.kind,
        center_code=new.center_code,
        actor_id=getattr(new.actor, "pk", None),
        actor_role=str(getattr(new.actor, "role", "") or ""),
        occurred_at=new.occurred_at,
        data=_impersonal(new.kind, new.data, personal_paths(new.data)),
    )


def _columns(new: NewEvent, sieve: Sieve) -> dict[str, Any]:
    kinds.kind_of(new.kind)
    return {
        "docket": new.docket,
        "kind": new.kind,
        "center_code": new.center_code,
        "actor": getattr(new.actor, "pk", None),
        "actor_role": str(getattr(new.actor, "role", "") or ""),
        "occurred_at": new.occurred_at.isoformat(),
        "data": _impersonal(new.kind, new.data, sieve.paths(new.data)),
    }


def _impersonal(kind: str, data: Mapping[str, Any], paths: list[str]) -> dict[str, Any]:
    if not paths:
        return dict(data)
    if not getattr(settings, "PRODUCTION", False):
        raise PersonalDataInEvent(f"{kind}: {', '.join(paths)}")
    # A person at the window is not to be stopped by a guess about a text: the value goes, the deed is recorded.
    logger.error("personal data kept out of an event: kind=%s paths=%s", kind, ",".join(paths))
    return dict(without_personal(data))


def _upsert(sql: str, model: type[Model], params: list[Any]) -> int:
    """Run an `INSERT … ON CONFLICT … RETURNING` of one number; `{table}` is the model's table."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{table}", model._meta.db_table), params)
        return int(cursor.fetchone()[0])


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("call this inside the transaction that uses its result")
