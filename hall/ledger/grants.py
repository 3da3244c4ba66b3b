"""The database rights of the application: all it needs, and nothing that could touch what is on record (C10, U01).

Triggers stop mistakes; only a role that neither owns the tables nor may change them stops intent.
"""

import re

from django.apps import apps
from django.db import connection

from hall.ledger.models import Event, Seal


def statements(role: str) -> list[str]:
    """SQL that gives a role, created beforehand, the application's rights; run by the owner after every migration.

    Raises ValueError for a name that would need quoting.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role, re.ASCII):
        raise ValueError(role)
    name = connection.ops.quote_name(role)
    tables = sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    everything = ", ".join(connection.ops.quote_name(table) for table in tables)
    on_record = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (Event, Seal))
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON {everything} FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {name}",
        f"REVOKE UPDATE, DELETE ON {on_record} FROM {name}",
        f"GRANT SELECT ON django_migrations TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
