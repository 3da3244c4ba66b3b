"""A text column nobody can read in the database (law 13, C39).

Ciphertext is bound to its table, column and row: the model's primary key must be a UUID that is known before the row
is inserted. Values are opened when somebody looks at the attribute, not when the row is loaded. The column cannot be
searched; keep a blind index beside it (hall.privacy.indexes). `save`, `create`, `bulk_create` and `update_fields` work;
`QuerySet.update` and `bulk_update` are refused, because there the row a value is meant for is not known.
"""

from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from hall.privacy.cipher import DecryptionFailed, decrypt_text, encrypt, key_id_of
from hall.privacy.keys import keyring


class Sealed:
    """An envelope as it came from the database; its value is opened once, when asked for."""

    __slots__ = ("_plain", "envelope")

    def __init__(self, envelope: str, plain: str | None = None) -> None:
        self.envelope = envelope
        self._plain = plain

    def open(self, context: str) -> str:
        """The plain text. Raises DecryptionFailed."""
        if self._plain is None:
            self._plain = decrypt_text(self.envelope, context=context)
        return self._plain

    def __repr__(self) -> str:
        return "<Sealed>"


class Envelope(str):
    """Ciphertext on its way to the column: the only thing the column takes."""

    __slots__ = ()


class EncryptedAttribute(DeferredAttribute):
    """Opens the value of a row on access and keeps what is assigned."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__.get(self.field.attname)
        if isinstance(held, Sealed):
            return held.open(self.field.place_of(instance))
        return super().__get__(instance, cls)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def _sealed_anew(held: Sealed, place: str) -> Sealed:
    """Under the current key: a rotation that has passed this row must not be undone (P07). Damage stays as it is."""
    try:
        plain = held.open(place)
    except DecryptionFailed:
        return held
    return Sealed(encrypt(plain, context=place), plain)


class EncryptedTextField(models.TextField):
    """Text encrypted at rest. `max_length` counts characters of the plain text. Empty text is stored as empty."""

    description = "加密文本"
    descriptor_class = EncryptedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length:
            self.validators = [*self.validators, MaxLengthValidator(self.max_length)]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """The key must be known before the insert, and ciphertext cannot be unique."""
        errors = [*super().check(**kwargs)]
        if not isinstance(self.model._meta.pk, models.UUIDField):
            errors.append(checks.Error("The primary key must be a UUIDField.", obj=self, id="privacy.E001"))
        if self.unique or getattr(self, "db_index", False):
            errors.append(checks.Error("Ciphertext cannot be indexed; use a blind index.", obj=self, id="privacy.E002"))
        return errors

    def place_of(self, instance: models.Model) -> str:
        """`table.column.pk`: what the ciphertext is bound to."""
        if instance.pk is None:
            raise ValueError(f"{self.model._meta.label}.{self.name}: the primary key must be known before encrypting.")
        return f"{self.model._meta.db_table}.{self.column}.{instance.pk}"

    def from_db_value(self, value: str | None, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt what was assigned; what was only loaded goes back as it came, but never under an older key."""
        held = model_instance.__dict__.get(self.attname)
        if held is None or held == "":
            return held
        place = self.place_of(model_instance)
        if not isinstance(held, Sealed):
            held = Sealed(encrypt(str(held), context=place), str(held))
        elif key_id_of(held.envelope) != keyring().current:
            held = _sealed_anew(held, place)
        model_instance.__dict__[self.attname] = held
        return Envelope(held.envelope)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        if not isinstance(value, Envelope):
            raise FieldError(
                f"{self.model._meta.label}.{self.name} is encrypted: assign it on an object and save that."
            )
        return str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull` makes sense on ciphertext."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.model._meta.label}.{self.name} is encrypted: search its blind index instead.")

    def value_to_string(self, obj: models.Model) -> str:
        """What a serialised dump shows: the envelope, never the value."""
        return str(self.pre_save(obj, add=False) or "")
