"""Sealing the ledger: a chain of keyed hashes per center, written behind the events, never in their way (law 10, C44).

A seal covers a range of *finished* transactions: everything below the oldest one still running. Filing takes no lock
for it, and an event that commits late has a transaction number at or above the horizon, so it falls into a later seal.
The hash is keyed with the index key, which is not in the database: who rewrites the whole chain still cannot make it
match. A chain cut off at its end is found by comparing with heads published elsewhere (`verify_ledger --heads`).

Transaction numbers begin anew when a dump is restored into another cluster. The sealer then closes the old range and
raises `floor_id` above every event restored; numbers and ids together stay unambiguous.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from hall.ledger.models import Event, Seal
from hall.privacy.indexes import keyed_hasher

logger = logging.getLogger(__name__)
ENDLESS = 2**63 - 1
_HORIZON = """
WITH elsewhere AS (
    SELECT held.transactionid FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid
    WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
    AND session.datname <> current_database()
)
SELECT coalesce(min(running::text::bigint), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
FROM pg_snapshot_xip(pg_current_snapshot()) AS running
WHERE running::xid NOT IN (SELECT transactionid FROM elsewhere)
"""


@dataclass(frozen=True)
class Summary:
    """What a seal says of its events."""

    count: int
    last_id: int
    hash: str


def seal(at: datetime) -> int:
    """Seal the finished events of every center. Returns the number of new seals; a second sealer skips what is held."""
    settled = horizon()
    return sum(_seal_center(code, settled, at) for code in _centers())


def summarise(center_code: str, number: int, previous_hash: str, events: Iterable[Event]) -> Summary:
    """The keyed hash over the previous link and the events in (transaction, id) order."""
    hasher = keyed_hasher("ledger.seal")
    hasher.update(json.dumps(["seal", center_code, number, previous_hash]).encode())
    count = last_id = 0
    for event in events:
        hasher.update(b"\n" + canonical(event).encode())
        count, last_id = count + 1, max(last_id, event.pk)
    return Summary(count, last_id, hasher.hexdigest())


def canonical(event: Event) -> str:
    """An event as the text that is hashed: every column, one way of writing each."""
    return json.dumps(
        [
            event.pk,
            event.docket,
            event.kind,
            event.center_code,
            None if event.actor_id is None else str(event.actor_id),
            event.actor_role,
            event.occurred_at.astimezone(UTC).isoformat(),
            event.recorded_at.astimezone(UTC).isoformat(),
            event.recorded_xid,
            event.data,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )


def covered(center_code: str, from_xid: int, to_xid: int, floor_id: int) -> QuerySet[Event]:
    """The events of a seal's range, in the order they are hashed."""
    events = Event.objects.filter(center_code=center_code, recorded_xid__gte=from_xid, recorded_xid__lt=to_xid)
    return events.filter(pk__gt=floor_id).order_by("recorded_xid", "pk")


def heads() -> list[dict[str, Any]]:
    """The last link of every chain, to be published where the database's administrator cannot change it."""
    last = Seal.objects.order_by("center_code", "-number").distinct("center_code")
    return [{"center": seal.center_code, "number": seal.number, "hash": seal.hash} for seal in last]


def _seal_center(code: str, horizon: int, at: datetime) -> int:
    # Durable: inside a caller's transaction its own unfinished events would be sealed.
    with transaction.atomic(durable=True):
        if not _take_center(code):
            return 0
        last = Seal.objects.filter(center_code=code).order_by("-number").first()
        if last is None:
            return _write(code, None, 0, horizon, 0, at)
        if horizon >= last.to_xid:
            return _write(code, last, last.to_xid, horizon, last.floor_id, at) if horizon > last.to_xid else 0
        return _restart(code, last, horizon, at)


def _restart(code: str, last: Seal, horizon: int, at: datetime) -> int:
    """Transaction numbers went back: close the restored range, then go on above it."""
    logger.warning("transaction numbers began anew: center=%s", code)
    closing = covered(code, last.to_xid, ENDLESS, last.floor_id).aggregate(top=Max("pk"))["top"] or 0
    written = _write(code, last, last.to_xid, ENDLESS, last.floor_id, at) if closing else 0
    last = Seal.objects.filter(center_code=code).order_by("-number")[0]
    sealed = Seal.objects.filter(center_code=code).aggregate(top=Max("last_id"))["top"]
    return written + _write(code, last, 0, horizon, max(sealed, closing), at)


def _write(code: str, last: Seal | None, from_xid: int, to_xid: int, floor_id: int, at: datetime) -> int:
    number, previous = (last.number + 1, last.hash) if last else (1, "")
    events = covered(code, from_xid, to_xid, floor_id)
    found = summarise(code, number, previous, events.iterator(chunk_size=5000))
    if not found.count:
        return 0
    Seal.objects.create(
        center_code=code,
        number=number,
        from_xid=from_xid,
        to_xid=to_xid,
        floor_id=floor_id,
        last_id=found.last_id,
        count=found.count,
        previous_hash=previous,
        hash=found.hash,
        sealed_at=at,
    )
    # Logs leave the machine: every head in them is an anchor a later verification can be held against.
    logger.info("sealed center=%s number=%d count=%d hash=%s", code, number, found.count, found.hash)
    return 1


def horizon() -> int:
    """The oldest transaction still running; everything below it has ended and is visible from now on.

    Transactions known to run in another database of the server are passed over: they cannot write here, and somebody
    else's long report must not keep our events unsealed. One whose database is not known counts as ours.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        return int(cursor.fetchone()[0])


def _take_center(code: str) -> bool:
    """One sealer per center at a time; the lock ends with the transaction, also behind a connection pool (N17)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('ledger.seal'), hashtext(%s))", [code])
        return bool(cursor.fetchone()[0])


def _centers() -> Iterator[str]:
    """Center codes found in the ledger, by hopping over the index instead of reading every event."""
    code: str | None = Event.objects.order_by("center_code").values_list("center_code", flat=True).first()
    while code is not None:
        yield code
        later = Event.objects.filter(center_code__gt=code).order_by("center_code")
        code = later.values_list("center_code", flat=True).first()
