"""Ten cities out of one, in SQL: every case again under another number, on the same days.

For measurements at ten million cases, where telling each one anew would take hours. A copy has no applicant (its
ciphertext is bound to the row it was written for), and of what is closed no event is copied: a reduced history.
"""

from collections.abc import Callable, Iterable
from typing import Final

from django.db import connection, models, transaction

from approvals.cases.enums import OPEN
from approvals.cases.models import Case, ClockRow, Flag, Pause
from approvals.city.copying import unindexed
from hall.ledger.models import DocketCounter, Event

# A day's serials of one center have five places and stay below this in the city that is copied.
STRIDE: Final = 9_000
MOST_COPIES: Final = 10
DIGITS: Final = 23  # of a docket number, before its check character
_OF_A_CASE: Final = (ClockRow, Flag, Pause)


class TooBusy(Exception):
    """A center files so much in a day that copies would run out of numbers."""


def multiply(copies: int, *, told: Callable[[int], None] = lambda _: None) -> None:
    """Make `copies` of every case in all, the first of them being there. Raises TooBusy, ValueError beyond ten."""
    if not 1 <= copies <= MOST_COPIES:
        raise ValueError(copies)
    highest = DocketCounter.objects.aggregate(most=models.Max("last"))["most"] or 0
    if highest >= STRIDE:
        raise TooBusy(str(highest))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE first_city AS SELECT id, docket, state FROM cases_case")
    with unindexed([model._meta.db_table for model in (Case, *_OF_A_CASE, Event)]):
        for copy in range(1, copies):
            _copy(copy)
            told(copy + 1)
    DocketCounter.objects.update(last=models.F("last") + STRIDE * (copies - 1))


@transaction.atomic
def _copy(number: int) -> None:
    with connection.cursor() as cursor:
        # The first half of the key keeps its moment (RFC 9562 version 7), the second is random anew.
        cursor.execute(
            "CREATE TEMPORARY TABLE again ON COMMIT DROP AS"  # noqa: S608 - the check character is an expression of ours
            " SELECT old, new, old_docket, digits || " + _check_character("digits") + " AS docket, open FROM ("
            "SELECT id AS old, (substr(id::text, 1, 19) || substr(gen_random_uuid()::text, 20))::uuid AS new,"
            " docket AS old_docket, state = ANY(%s) AS open,"
            " left(docket, 18) || lpad((substr(docket, 19, 5)::int + %s)::text, 5, '0') AS digits"
            " FROM first_city) renumbered",
            [[state.value for state in OPEN], number * STRIDE],
        )
        cursor.execute(_insert(Case, {"id": "again.new", "docket": "again.docket"}, "row.id = again.old"))
        for model in _OF_A_CASE:
            cursor.execute(_insert(model, {"case_id": "again.new"}, "row.case_id = again.old"))
        cursor.execute(_insert(Event, {"docket": "again.docket"}, "row.docket = again.old_docket AND again.open"))


def _check_character(column: str) -> str:
    """ISO 7064 MOD 11-2 of 23 digits in SQL: what `numbers.check_character` computes."""
    weighed = (f"(ascii(substr({column}, {n}, 1)) - 48) * {2 ** (DIGITS + 1 - n) % 11}" for n in range(1, DIGITS + 1))
    return f"substr('0123456789X', mod(12 - mod({' + '.join(weighed)}, 11), 11) + 1, 1)"


def _insert(model: type[models.Model], replaced: dict[str, str], joined: str) -> str:
    """Copy the rows of a table with some columns replaced; a key the database counts is left to it."""
    table = model._meta.db_table
    columns = [name for name in _columns(model) if name in replaced or not _counted(model, name)]
    values = ", ".join(replaced.get(name, f'row."{name}"') for name in columns)
    return f'INSERT INTO "{table}" ({_quoted(columns)}) SELECT {values} FROM "{table}" row JOIN again ON {joined}'  # noqa: S608 - the models' own names


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if field.column]


def _counted(model: type[models.Model], name: str) -> bool:
    key = model._meta.pk
    return key is not None and key.column == name and isinstance(key, models.AutoField)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
