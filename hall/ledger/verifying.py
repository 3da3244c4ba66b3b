"""Was the ledger touched behind its triggers? Every chain is computed anew and compared (P10, U04). Reads only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum

from hall.ledger.models import Event, Seal
from hall.ledger.sealing import covered, summarise


@dataclass(frozen=True)
class Fault:
    """Something that does not match, as a Chinese sentence with the place."""

    center_code: str
    number: int
    sentence: str

    def __str__(self) -> str:
        return f"中心 {self.center_code or '（无）'} 第 {self.number} 段：{self.sentence}"


def verify(published: Iterable[Mapping[str, Any]] = (), *, since: datetime | None = None) -> list[Fault]:
    """Check every chain, and the heads published elsewhere (`{center, number, hash}`). An empty list: untouched.

    With `since` the events of older seals are not read again; the links of all seals are.
    """
    codes = Seal.objects.order_by("center_code").values_list("center_code", flat=True).distinct()
    faults = [fault for code in codes for fault in _verify_chain(code, since)]
    return faults + [fault for head in published if (fault := _verify_head(head))]


def _verify_chain(code: str, since: datetime | None) -> Iterator[Fault]:
    seals = list(Seal.objects.filter(center_code=code).order_by("number"))
    previous, expected = "", 1
    for position, seal in enumerate(seals):
        if seal.number != expected or seal.previous_hash != previous:
            yield Fault(code, seal.number, "与前一段不衔接，中间的封存记录被删除或改动。")
        if position and not _adjoins(seals[position - 1], seal):
            yield Fault(code, seal.number, "封存范围与前一段不相接。")
        if since is None or seal.sealed_at >= since:
            yield from _verify_seal(seal, _ceiling(seals, position))
        previous, expected = seal.hash, seal.number + 1


def _verify_seal(seal: Seal, ceiling: int | None) -> Iterator[Fault]:
    events = covered(seal.center_code, seal.from_xid, seal.to_xid, seal.floor_id)
    if ceiling is not None:
        events = events.filter(pk__lte=ceiling)
    found = summarise(seal.center_code, seal.number, seal.previous_hash, events.iterator(chunk_size=5000))
    if found.count < seal.count:
        yield Fault(seal.center_code, seal.number, f"应有 {seal.count} 条事件，少了 {seal.count - found.count} 条。")
    elif found.count > seal.count:
        yield Fault(seal.center_code, seal.number, f"应有 {seal.count} 条事件，多了 {found.count - seal.count} 条。")
    elif found.hash != seal.hash:
        yield Fault(seal.center_code, seal.number, "事件内容与封存时不一致。")


def _verify_head(head: Mapping[str, Any]) -> Fault | None:
    code, number = str(head["center"]), int(head["number"])
    seal = Seal.objects.filter(center_code=code, number=number).first()
    if seal is None:
        return Fault(code, number, "已公布的封存不见了，账尾被截断。")
    if seal.hash != head["hash"]:
        return Fault(code, number, "与已公布的封存值不同，账被整体改写。")
    return None


def _adjoins(before: Seal, after: Seal) -> bool:
    if after.floor_id == before.floor_id:
        return after.from_xid == before.to_xid
    return after.from_xid == 0 and after.floor_id >= before.last_id


def _ceiling(seals: list[Seal], position: int) -> int | None:
    """Events above the floor of a later restart belong there, whatever their transaction number."""
    return next((seal.floor_id for seal in seals[position:] if seal.floor_id > seals[position].floor_id), None)


def unsealed() -> int:
    """How many events are not sealed yet: those of the last minute, or of a transaction still running."""
    return Event.objects.count() - (Seal.objects.aggregate(total=Sum("count"))["total"] or 0)
