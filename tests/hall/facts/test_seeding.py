"""Settings are only ever added: the table refuses the rest, and only a migration on its way back may take rows away."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from hall.facts.models import Setting
from hall.facts.seeding import seeded, take_back
from tests.builders import MONDAY, Hall

pytestmark = pytest.mark.django_db


def one(key: str = "test.seeded") -> Setting:
    return Setting.objects.create(key=key, value=3, source="测试办法", effective_from=date(2000, 1, 1))


def settled() -> None:
    """Foreign keys are looked at before the table is altered, as at the end of every migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def undone(*keys: str) -> None:
    settled()
    with connection.schema_editor(atomic=False) as editor:
        take_back(apps, editor, keys)


@pytest.mark.parametrize("change", [{"value": 4}, {"source": "别的"}, {"effective_from": date(2001, 1, 1)}])
def test_a_setting_is_never_edited(change: dict[str, object]) -> None:
    row = one()
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        Setting.objects.filter(pk=row.pk).update(**change)
    row.refresh_from_db()
    assert (row.value, row.source) == (3, "测试办法")


def test_a_setting_is_never_deleted() -> None:
    row = one()
    with pytest.raises(IntegrityError, match="never edited or deleted"), transaction.atomic():
        row.delete()
    assert Setting.objects.filter(key="test.seeded").exists()


def test_a_migration_takes_back_what_it_seeded_and_nothing_of_people() -> None:
    hall = Hall()
    one()
    other = one("test.other")
    facts = {"value": 9, "source": "本厅规定", "effective_from": date(2026, 1, 1)}
    own = Setting.objects.create(key="test.seeded", **facts, added_by=hall.admin, added_at=MONDAY)
    undone("test.seeded")
    assert set(Setting.objects.filter(key__startswith="test.")) == {own, other}


def test_the_table_refuses_again_after_a_migration_took_back() -> None:
    row = one()
    undone("test.nothing")
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        Setting.objects.filter(pk=row.pk).update(value=4)


def test_a_migration_sows_what_is_not_there_and_takes_its_own_back() -> None:
    """Sown twice it is there once; a row somebody changed the number of by a migration of his own stays."""
    since = date(2000, 1, 1)
    kept = one("test.kept")
    step = seeded((("test.sown", 5, "测试办法第五条"), ("test.kept", 9, "别的")), since=since)
    with connection.schema_editor(atomic=False) as editor:
        for _ in range(2):
            step.code(apps, editor)
    rows = Setting.objects.filter(key__startswith="test.").values_list("key", "value", "source", "effective_from")
    assert set(rows) == {("test.sown", 5, "测试办法第五条", since), ("test.kept", kept.value, kept.source, since)}
    settled()
    with connection.schema_editor(atomic=False) as editor:
        step.reverse_code(apps, editor)
    assert not Setting.objects.filter(key__startswith="test.").exists()
