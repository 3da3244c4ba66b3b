"""Statements the server plans once a connection instead of once an answer.

For the few pages half a city may open at once: planning a dozen look-ups by key costs more than doing them. PostgreSQL
keeps a prepared statement until its connection ends and plans it anew when a table it reads has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper


@dataclass(frozen=True, slots=True)
class Prepared:
    """`sql` with `$1`, `$2` … for values of these PostgreSQL types, under a name no other statement has."""

    name: str
    types: Sequence[str]
    sql: str
    _known: "WeakKeyDictionary[Any, bool]" = field(default_factory=WeakKeyDictionary, repr=False, compare=False)

    def execute(self, cursor: CursorWrapper, values: Sequence[Any]) -> None:
        """Run it on this cursor; as many values as there are types, or ValueError."""
        if len(values) != len(self.types):
            raise ValueError(f"{self.name} takes {len(self.types)} values")
        line = connection.connection
        if line not in self._known:
            # Beside Django's cursor: whoever counts the statements of a page counts the same ones each time.
            with connection.wrap_database_errors, line.cursor() as bare:
                bare.execute(f"PREPARE {self.name} ({', '.join(self.types)}) AS {self.sql}")
            self._known[line] = True
        cursor.execute(f"EXECUTE {self.name} ({', '.join(['%s'] * len(values))})", values)
