"""Columns the database fills by itself, read back with the insert."""

from django.db import models
from django.db.models.functions import Cast


class DatabaseClock(models.Func):
    """The moment of the insert by the database's clock: not the transaction's start, not a host's clock (U09)."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class CurrentTransaction(models.Func):
    """The number of the running top-level transaction; it never wraps (xid8)."""

    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = models.TextField()


def current_transaction() -> Cast:
    """The default of a transaction column: xid8 has no cast to bigint, so it goes through text."""
    return Cast(Cast(CurrentTransaction(), models.TextField()), models.BigIntegerField())


class RecordedAtField(models.DateTimeField):
    """A moment set by the database."""

    db_returning = True


class RecordedTransactionField(models.BigIntegerField):
    """A transaction number set by the database."""

    db_returning = True
