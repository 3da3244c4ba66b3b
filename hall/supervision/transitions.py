"""From where to where, for cards, rule versions and accountability. The database holds the same tables (triggers)."""

from dataclasses import dataclass
from typing import Final

from hall.supervision.enums import STANDING, CardState, RecordState, VersionStatus


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: its name, label, the states it starts from, the state it ends in."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str


_C, _R, _V = CardState, RecordState, VersionStatus

CARD: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        Move("answer", "反馈", (_C.AWAITING,), _C.ANSWERED),
        # A card nobody answered in time is decided without an answer.
        Move("uphold", "认定成立", (_C.AWAITING, _C.ANSWERED), _C.UPHELD),
        Move("revoke", "认定不成立", (_C.AWAITING, _C.ANSWERED), _C.REVOKED),
        Move("appeal", "申诉", (_C.UPHELD,), _C.APPEALING),
        Move("confirm", "维持", (_C.APPEALING,), _C.CONFIRMED),
        Move("overturn", "撤销", (_C.APPEALING,), _C.OVERTURNED),
        Move("withdraw", "自动撤销", tuple(STANDING), _C.WITHDRAWN),
    )
}
RECORD: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        Move("measure", "定措施", (_R.FOUND,), _R.MEASURED),
        Move("serve", "送达", (_R.MEASURED,), _R.SERVED),
        Move("object", "提出异议", (_R.SERVED,), _R.OBJECTED),
        Move("finish", "生效", (_R.SERVED, _R.OBJECTED), _R.FINAL),
        Move("cancel", "撤销", (_R.FOUND, _R.MEASURED, _R.SERVED, _R.OBJECTED), _R.CANCELLED),
    )
}
VERSION: Final[dict[str, Move]] = {
    move.name: move
    for move in (
        Move("switch_on", "启用", (_V.DRAFT,), _V.ON),
        Move("supersede", "被替代", (_V.ON,), _V.SUPERSEDED),
        Move("switch_off", "停用", (_V.ON,), _V.OFF),
    )
}


def allowed(table: dict[str, Move], name: str, state: str) -> bool:
    """Whether the arrow of that name starts from the state."""
    return state in table[name].sources


def pairs(table: dict[str, Move]) -> list[tuple[str, str]]:
    """Every (from, to) of a table, for the database's copy of it."""
    return sorted({(str(source), str(move.target)) for move in table.values() for source in move.sources})
