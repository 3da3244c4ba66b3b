"""Keys of dated, sourced numbers. A room declares its keys in `AppConfig.ready` and seeds them in a migration."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from hall.facts.models import Setting


@dataclass(frozen=True, slots=True)
class Key:
    """One number a hall may set: `room.word`, its name, its unit, and the span of sense."""

    name: str
    label: str
    unit: str = ""
    least: int = 0
    most: int = 10_000


class MissingSetting(LookupError):
    """No value is in force; the room's migration seeds every key, so somebody deleted it."""


_keys: dict[str, Key] = {}


def declare(key: Key) -> None:
    """Announce a key, so that the settings page shows it."""
    _keys[key.name] = key


def declared() -> list[Key]:
    """Every announced key, by name."""
    return [_keys[name] for name in sorted(_keys)]


def in_force(name: str, *, center: int | None, on: date) -> Setting:
    """The row that holds for a center on a day: its own before the general one, the newest first."""
    row = (
        Setting.objects.filter(Q(center_id=center) | Q(center__isnull=True), key=name, effective_from__lte=on)
        .order_by(F("center_id").asc(nulls_last=True), "-effective_from")
        .first()
    )
    if row is None:
        raise MissingSetting(f"没有生效的参数 {name}")
    return row


def whole_number(name: str, *, center: int | None, on: date) -> int:
    """The value in force. Raises MissingSetting."""
    return in_force(name, center=center, on=on).value
