"""Guards the database keeps by itself, whoever writes: what was written once stays, and states go known ways.

Rooms put them on their tables in migrations. The functions they call came with migration 0004 of the ledger; a column
that does not exist is an error at the first write, not a hole. What is refused comes back as an IntegrityError.
"""

from collections.abc import Mapping, Sequence
from typing import Final

Sql = tuple[str, str]
ALWAYS: Final = ""
WHOLE: Final = "*"


def written_once(
    name: str, table: str, columns: Mapping[str, str], *, says: str, kept: str = "", unless: str = ""
) -> Sql:
    """Columns that never change once a condition holds of the row as it was.

    `columns` maps a condition to the names it fixes: ALWAYS, `answered_at` (has been filled in), `status=off|on`,
    `status!=draft`; the names stand apart by spaces. WHOLE refuses every UPDATE, even one that changes nothing. `kept`
    refuses to delete such a row in these words, `unless` a condition holds. Returns the SQL that makes the guard, and
    that which takes it away.
    """
    given = [says, kept, unless, *(f"{condition}: {names}" for condition, names in columns.items())]
    return _trigger(name, table, "UPDATE OR DELETE" if kept else "UPDATE", "ledger_written_once", given)


def ways(name: str, table: str, arrows: Mapping[str, str], *, column: str = "state", begins: str = "") -> Sql:
    """The states a row may go through: from each to those named behind it, apart by spaces, beginning as `begins`."""
    given = [column, begins, *(f"{source}>{target}" for source, line in arrows.items() for target in line.split())]
    return _trigger(name, table, "INSERT OR UPDATE" if begins else "UPDATE", "ledger_known_ways", given)


def only_later(name: str, table: str, columns: Mapping[str, str], *, says: str) -> Sql:
    """Days and moments that move only while a condition holds of the row as it was, and only to a later one.

    `columns` as in `written_once`. What is empty may be filled while the condition holds, and is never emptied again.
    The function came with migration 0008.
    """
    given = [says, *(f"{condition}: {names}" for condition, names in columns.items())]
    return _trigger(name, table, "UPDATE", "ledger_only_later", given)


def never_emptied(*tables: str) -> Sql:
    """TRUNCATE is refused on these tables, for no trigger on rows sees it. The function came with migration 0005."""
    made = "".join(
        f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_truncate();\n"
        for table in tables
    )
    return made, "".join(f"DROP TRIGGER {table}_never_emptied ON {table};\n" for table in tables)


def accounted(table: str, *columns: str, key: str = "id", by: str = "", of: str = "") -> Sql:
    """A change of these rows in a transaction that wrote no event is put on record by the database itself (U02).

    Looked at when the transaction ends: rows added or removed, and rows in which one of `columns` (none: any) is not
    what it was. The event says `db:<role>`, table, row (its `key`) and deed; it carries no value of the row. Docket and
    center are those of the row, or of the row of table `of` its column `by` leads to. The functions came with migration
    0007.
    """
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns or (WHOLE,))
    given = ", ".join(f"'{word}'" for word in (key, by, of) if word)
    look = f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {{}}EXECUTE FUNCTION ledger_account_for({given});\n"
    made = (
        f"CREATE CONSTRAINT TRIGGER {table}_accounted AFTER INSERT OR DELETE ON {table} {look.format('')}"
        f"CREATE CONSTRAINT TRIGGER {table}_edits_accounted AFTER UPDATE ON {table} {look.format(f'WHEN ({differs}) ')}"
    )
    return made, f"DROP TRIGGER {table}_accounted ON {table};\nDROP TRIGGER {table}_edits_accounted ON {table};\n"


def together(guards: Sequence[Sql]) -> Sql:
    """Several guards as one step of a migration; they are taken away in the opposite order."""
    return "".join(made for made, _ in guards), "".join(gone for _, gone in reversed(guards))


def _trigger(name: str, table: str, events: str, function: str, given: Sequence[str]) -> Sql:
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in given)
    made = f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}({words});\n"
    return made, f"DROP TRIGGER {name} ON {table};\n"
