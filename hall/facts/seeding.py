"""The way back of migrations that seeded settings: the only place where rows of settings are ever taken away."""

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_back(apps: Any, schema_editor: BaseDatabaseSchemaEditor, keys: Iterable[str]) -> None:
    """Delete what migrations seeded under these keys; what people of a hall added stays.

    The trigger that refuses it is set aside for this statement, which only the owner of the table may do.
    """
    rows = apps.get_model("facts", "Setting").objects.filter(key__in=list(keys), added_by__isnull=True)
    schema_editor.execute("ALTER TABLE facts_setting DISABLE TRIGGER USER")
    rows.delete()
    schema_editor.execute("ALTER TABLE facts_setting ENABLE TRIGGER USER")
