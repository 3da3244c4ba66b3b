"""What is kept for a time: rooms above announce theirs in `AppConfig.ready`; this room knows none of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from hall.facts import parameters
from hall.facts.parameters import Key


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record with personal data.

    `rows` are those that have ended; `reference`, `ended` and `center` name their columns (a number people know, a
    moment, a center). `erase` takes references and empties what is personal, in the caller's transaction. `public`:
    the reference may stand in the ledger; that of an anonymous answer may not. `erases` names the sealed columns it
    empties, as `table.column`.
    """

    name: str
    label: str
    what: str
    rows: Callable[[], QuerySet[Any]]
    erase: Callable[[list[str], datetime], None]
    reference: str
    ended: str
    center: str = "center_id"
    public: bool = True
    erases: frozenset[str] = frozenset()

    @property
    def setting(self) -> str:
        """The dated number of years."""
        return f"retention.{self.name}"


_kinds: dict[str, Kind] = {}
_kept: dict[str, str] = {}


def register(kind: Kind) -> None:
    """Announce a kind and its number of years."""
    _kinds[kind.name] = kind
    parameters.declare(Key(kind.setting, f"{kind.label}的个人信息保存期限", "年", least=1, most=100))


def keep(reason: str, columns: Iterable[str]) -> None:
    """Announce sealed columns that no kind empties, and why (tests/hall/retention/test_kinds.py)."""
    _kept.update(dict.fromkeys(columns, reason))


def kept() -> Mapping[str, str]:
    """Column and reason."""
    return dict(_kept)


def kinds() -> list[Kind]:
    """Every announced kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kind_of(name: str) -> Kind:
    """Raises KeyError."""
    return _kinds[name]
