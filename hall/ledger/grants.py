"""The database rights of the application: all it needs, and nothing that could touch what is on record (C10, U01).

Triggers stop mistakes; only a role that neither owns the tables nor may change them stops intent. What the triggers
refuse in any case, the role may not even ask for: its rights are read off them, so a new guard needs no line here.
"""

import re
from typing import Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import Model

from hall.ledger.models import Event, Seal
from hall.local.databases import APPLICATION

# What the server may write into its log about our statements: that one failed, never its text, its values or the row
# (P02). Only a superuser may set these; the embedded server is started with them.
QUIET: Final = {
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
# What the hourly look at the backups asks of the server: to close a segment of its log, and which ones wait. None of
# them reads or changes a row. Functions of the server: only a superuser gives the right.
WATCHED: Final = ("pg_switch_wal()", "pg_create_restore_point(text)", "pg_ls_archive_statusdir()")
# Guards on rows that refuse without looking at the row: a function that does nothing else, or does it first of all for
# a DELETE, and `written_once` for every column, or for a row that is kept in any case (hall/ledger/guards.py). The bits
# of `tgtype` (pg_trigger.h) are 1 for a row, 2 for before, 8 for DELETE, 16 for UPDATE; arguments end in a NUL each.
_REFUSED: Final = r"""
WITH guard AS (
    SELECT relname, tgtype, proname, prosrc,
        string_to_array(encode(tgargs, 'escape'), '\000') AS said
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid AND relnamespace = 'public'::regnamespace
    JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgtype & 3 = 3
)
SELECT relname,
    bool_or(tgtype & 16 > 0 AND CASE proname
        WHEN 'ledger_written_once' THEN ': *' = ANY (said)
        ELSE prosrc ~ '^\s*BEGIN\s+RAISE EXCEPTION [^;]*;\s*END;?\s*$' END),
    bool_or(tgtype & 8 > 0 AND CASE proname
        WHEN 'ledger_written_once' THEN said[3] = ''
        ELSE prosrc ~ '^\s*BEGIN\s+(IF TG_OP = ''DELETE'' THEN\s+)?RAISE EXCEPTION ' END)
FROM guard GROUP BY relname
"""
_maintained: set[str] = set()


def maintains(table: str) -> None:
    """Announce a table whose statistics the application brings up to date itself (ANALYZE)."""
    _maintained.add(table)


def statements(role: str) -> list[str]:
    """SQL that gives a role, created beforehand, the application's rights; run by the owner after every migration.

    Raises ValueError for a name that would need quoting.
    """
    name = _quoted(role)
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    there = set(connection.introspection.table_names())  # of a state between two migrations some are missing
    everything = {model._meta.db_table for model in models} & there
    unchanged, kept = _refused()
    on_record = {Event._meta.db_table, Seal._meta.db_table}
    on_record |= {model._meta.db_table for model in models if is_history(model)}
    asked = [
        ("REVOKE ALL ON {} FROM {}", everything),
        ("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}", everything),
        ("REVOKE UPDATE ON {} FROM {}", everything & (unchanged | on_record)),
        ("REVOKE DELETE ON {} FROM {}", everything & (kept | on_record)),
        ("GRANT MAINTAIN ON {} TO {}", everything & _maintained if _knows_maintain() else set()),
        ("GRANT SELECT ON {} TO {}", {"django_migrations"} & there),
    ]
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        *(sql.format(_listed(tables), name) for sql, tables in asked if tables),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]


def bounding(role: str) -> list[str]:
    """SQL for a superuser: the application may look whether the server's log is archived, and makes no table at all.

    Not even a temporary one: it would be found before the real one of its name. Raises ValueError.
    """
    database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    return [
        f"GRANT EXECUTE ON FUNCTION {', '.join(WATCHED)} TO {_quoted(role)}",
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
    ]


def quieting(role: str) -> list[str]:
    """SQL for a superuser: the server's log shall not repeat what the application writes. Raises ValueError."""
    name = _quoted(role)
    return [f"ALTER ROLE {name} SET {setting} = '{value}'" for setting, value in QUIET.items()]


@transaction.atomic
def install(role: str = APPLICATION) -> None:
    """Make the role where it is missing, without a password, and give it its rights. For the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.grants'))")  # two at once would trip over rows
        if not is_there(role):
            cursor.execute(f"CREATE ROLE {_quoted(role)} LOGIN")
        for statement in statements(role):
            cursor.execute(statement)
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            for statement in bounding(role):
                cursor.execute(statement)


def is_there(role: str = APPLICATION) -> bool:
    """Whether the server knows the role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def may_touch_the_record() -> bool:
    """Whether the connection's own role could change or empty the ledger, or take its triggers away."""
    asked = """
        SELECT has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
            OR has_table_privilege(oid, 'TRUNCATE') OR pg_has_role(relowner, 'USAGE')
        FROM pg_class WHERE oid = 'ledger_event'::regclass
    """
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return bool(cursor.fetchone()[0])


def is_history(model: type[Model]) -> bool:
    """A table in which simple_history notes who edited what: rows are added, by nobody changed."""
    try:
        model._meta.get_field("history_id")
    except FieldDoesNotExist:
        return False
    return True


def _refused() -> tuple[set[str], set[str]]:
    """Tables whose guards refuse every UPDATE, and those whose guards refuse every DELETE."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED)
        found = cursor.fetchall()
    return {table for table, once, _ in found if once}, {table for table, _, kept in found if kept}


def _knows_maintain() -> bool:
    return bool(connection.pg_version >= 170_000)  # type: ignore[attr-defined]


def _listed(tables: set[str]) -> str:
    return ", ".join(connection.ops.quote_name(table) for table in sorted(tables))


def _quoted(role: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role, re.ASCII):
        raise ValueError(role)
    return str(connection.ops.quote_name(role))
