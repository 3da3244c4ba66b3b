"""What every verb of the catalogue does the same way: defaults of a draft, saving with a name on it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from approvals.catalogue.enums import ItemKind
from approvals.catalogue.models import Regime
from hall.access.models import User

T = TypeVar("T")
PERMIT_REGIME = "licensing-law"


def defaults(kind: ItemKind | str) -> dict[str, Any]:
    """A permit is decided under 行政许可法 unless somebody says otherwise; other kinds must be given their regime."""
    if kind != ItemKind.PERMIT:
        return {}
    return {"regime": Regime.objects.filter(code=PERMIT_REGIME).first()}


def save(row: T, *, by: User | None, reason: str, fields: Sequence[str] | None = None) -> T:
    """Save one tracked row, naming who and why."""
    tracked: Any = row
    tracked._history_user = by
    tracked._change_reason = reason
    tracked.save(update_fields=fields)
    return row
