"""Statements the server plans once a connection instead of once an answer.

For the few pages half a city may open at once, and the frame of every page: planning a dozen look-ups by key costs more
than doing them. PostgreSQL keeps a prepared statement until its connection ends and plans it anew when a table it reads
has changed, but refuses it where the type of a result has. The length of a varchar is part of its type, so every text
in a result is cast to `text`, or comes in JSON: a migration that widens a column must not stop the program of yesterday
(D07; tests/guards/test_prepared.py). No migration makes another type of a column (tests/guards/test_migrations.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

# Samples for a PreparedQuery: a key nobody has, a moment and a day that never come, a text.
A_KEY: Final = 1_987_654_321
A_MOMENT: Final = datetime(1, 1, 2, 3, 4, 5, tzinfo=UTC)
A_DAY: Final = date(1, 1, 2)
A_TEXT: Final = "a text that is written nowhere"

# Which names each connection knows. Of the connection, not of the object: two threads may make one statement twice.
_KNOWN: Final["WeakKeyDictionary[Any, set[str]]"] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Prepared:
    """`sql` with `$1`, `$2` … for values of these PostgreSQL types, under a name no other statement has.

    `constants` fill each `%s` in it when it is prepared; without any a `%` stands for itself.
    """

    name: str
    types: Sequence[str]
    sql: str
    constants: Sequence[Any] = ()

    def execute(self, cursor: CursorWrapper, values: Sequence[Any]) -> None:
        """Run it on this cursor; as many values as there are types, or ValueError."""
        if len(values) != len(self.types):
            raise ValueError(f"{self.name} takes {len(self.types)} values")
        line = connection.connection
        known = _KNOWN.setdefault(line, set())
        if self.name not in known:
            # Beside Django's cursor: whoever counts the statements of a page counts the same ones each time.
            with connection.wrap_database_errors, line.cursor() as bare:
                bare.execute(f"PREPARE {self.name}{_listed(self.types)} AS {self.sql}", self.constants or None)
            known.add(self.name)
        cursor.execute(f"EXECUTE {self.name}{_listed(['%s'] * len(values))}", values)


def _listed(words: Sequence[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


class PreparedQuery:
    """A query put together once in the life of a process and planned once a connection; only its values differ.

    `make` is called with `samples`, values that occur nowhere else in the query, and gives a queryset of plain columns
    (`values_list`). So a rule stands once, as a queryset, and the pages that ask it most do not pay for that.
    """

    def __init__(self, name: str, make: Callable[..., "QuerySet[Any, Any]"], *samples: Any) -> None:
        self._name, self._make, self._samples = name, make, samples

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values, in the order of the samples; columns as the driver reads them."""
        with connection.cursor() as cursor:
            self._statement.execute(cursor, values)
            return cursor.fetchall()

    @cached_property
    def _statement(self) -> Prepared:
        """Raises ValueError where a sample is not in the query: its value would be left out in silence."""
        sql, params = self._make(*self._samples).query.sql_with_params()
        first, *rest = sql.split("%s")
        places = [self._place(param) for param in params]
        if {place for place in places if place} != set(range(1, len(self._samples) + 1)):
            raise ValueError(f"{self._name}: a sample is not in the query")
        text = first + "".join((f"${at}" if at else "%s") + part for at, part in zip(places, rest, strict=True))
        constants = tuple(param for param, place in zip(params, places, strict=True) if not place)
        return Prepared(self._name, ("unknown",) * len(self._samples), text, constants)

    def _place(self, param: Any) -> int:
        """Which sample a parameter is, from one; nothing for what belongs to the query itself."""
        same = (at for at, sample in enumerate(self._samples, 1) if type(sample) is type(param) and sample == param)
        return next(same, 0)
