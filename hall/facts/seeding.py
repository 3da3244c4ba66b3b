"""Settings that come with a release: how migrations sow them, and the only place where such rows are taken away."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

Row = tuple[str, int, str]


def seeded(rows: Sequence[Row], *, since: date) -> RunPython:
    """The step of a migration that sows settings as (key, value, source) for every center, and its way back.

    A row that stands there already stays as it is.
    """

    def sow(apps: Any, _schema_editor: BaseDatabaseSchemaEditor) -> None:
        setting = apps.get_model("facts", "Setting")
        for key, value, source in rows:
            given = {"value": value, "source": source}
            setting.objects.get_or_create(key=key, center=None, effective_from=since, defaults=given)

    def reap(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        take_back(apps, schema_editor, [key for key, _, _ in rows])

    return RunPython(sow, reap)


def take_back(apps: Any, schema_editor: BaseDatabaseSchemaEditor, keys: Iterable[str]) -> None:
    """Delete what migrations seeded under these keys; what people of a hall added stays.

    The trigger that refuses it is set aside for this statement, which only the owner of the table may do.
    """
    rows = apps.get_model("facts", "Setting").objects.filter(key__in=list(keys), added_by__isnull=True)
    schema_editor.execute("ALTER TABLE facts_setting DISABLE TRIGGER USER")
    rows.delete()
    schema_editor.execute("ALTER TABLE facts_setting ENABLE TRIGGER USER")
