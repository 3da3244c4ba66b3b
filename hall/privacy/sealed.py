"""Where envelopes lie: every encrypted column of every model, and what rooms keep sealed by hand (law 13, P07).

A rotation of keys and a count of what is left go through this list. Columns of `EncryptedTextField` are found by
themselves; a room that seals bytes, files or a text of its own says so in `AppConfig.ready`.
"""

from dataclasses import dataclass

from django.apps import apps

from hall.privacy.fields import EncryptedTextField


@dataclass(frozen=True, slots=True)
class Place:
    """A column of envelopes, or of the names of sealed files. The context of a row is `prefix` and its key."""

    table: str
    column: str
    prefix: str
    key: str = "id"
    binary: bool = False
    files: bool = False

    def __str__(self) -> str:
        return f"{self.table}.{self.column}"

    def context(self, key: object) -> str:
        """What the envelope of a row is bound to."""
        return f"{self.prefix}.{key}"


_by_hand: dict[tuple[str, str], Place] = {}


def register(model: str, column: str, *, prefix: str, binary: bool = False, files: bool = False) -> None:
    """Announce a sealed column of a model (`cases.Attachment`). LookupError or FieldDoesNotExist for a wrong name."""
    meta = apps.get_model(model)._meta
    meta.get_field(column)
    place = Place(meta.db_table, column, prefix, meta.pk.column, binary, files)
    _by_hand[place.table, column] = place


def places() -> list[Place]:
    """All of them, in a fixed order."""
    found = [
        Place(
            model._meta.db_table,
            str(field.column),
            f"{model._meta.db_table}.{field.column}",
            str(model._meta.pk.column),
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, EncryptedTextField)
    ]
    return sorted([*found, *_by_hand.values()], key=str)
