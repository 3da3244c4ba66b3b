"""The database rights of the application: all it needs, and nothing that could touch what is on record (C10, U01).

Triggers stop mistakes; only a role that neither owns the tables nor may change them stops intent.
"""

import re
from typing import Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import Model

from hall.ledger.models import Event, Seal

# The role the embedded server keeps for web and worker; a hall with a server of its own names it as it likes.
APPLICATION: Final = "hall_app"
# What the server may write into its log about our statements: that one failed, never its text, its values or the row
# (P02). Only a superuser may set these; the embedded server is started with them.
QUIET: Final = {
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


def statements(role: str) -> list[str]:
    """SQL that gives a role, created beforehand, the application's rights; run by the owner after every migration.

    Raises ValueError for a name that would need quoting.
    """
    name = _quoted(role)
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    everything = _tables(models)
    on_record = _tables([Event, Seal, *(model for model in models if is_history(model))])
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON {everything} FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {name}",
        f"REVOKE UPDATE, DELETE ON {on_record} FROM {name}",
        f"GRANT SELECT ON django_migrations TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]


def quieting(role: str) -> list[str]:
    """SQL for a superuser: the server's log shall not repeat what the application writes. Raises ValueError."""
    name = _quoted(role)
    return [f"ALTER ROLE {name} SET {setting} = '{value}'" for setting, value in QUIET.items()]


@transaction.atomic
def install(role: str = APPLICATION) -> None:
    """Make the role where it is missing, without a password, and give it its rights. For the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {_quoted(role)} LOGIN")
        for statement in statements(role):
            cursor.execute(statement)


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


def _tables(models: list[type[Model]]) -> str:
    return ", ".join(connection.ops.quote_name(table) for table in sorted(model._meta.db_table for model in models))


def _quoted(role: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role, re.ASCII):
        raise ValueError(role)
    return str(connection.ops.quote_name(role))
