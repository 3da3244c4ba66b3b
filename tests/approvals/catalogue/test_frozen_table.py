"""A published version stays as it is by every way a row can be written: model, query, bulk, raw SQL, history.

One table of ways, tried on the version, on each of its parts, on its regime and on the grounds of it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approvals.catalogue.errors import FrozenVersionError
from approvals.catalogue.models import (
    PARTS,
    Condition,
    FeeItem,
    ItemVersion,
    LegalBasis,
    Material,
    PauseGround,
    Regime,
    StepLimit,
)
from tests import builders

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, FrozenVersionError)
FACTS: dict[type[Any], tuple[dict[str, Any], str]] = {
    LegalBasis: ({"title": "某法", "article": "第一条"}, "title"),
    Condition: ({"text": "年满十八周岁"}, "text"),
    StepLimit: ({"name": "审查"}, "name"),
    Material: ({"name": "身份证"}, "name"),
    FeeItem: ({"name": "工本费", "basis": "某法"}, "name"),
}


def published() -> ItemVersion:
    """A published version with one part of each kind."""
    version = builders.make_item_version(publish=False, steps=(), materials=())
    version.legal_bases.all().delete()
    for model, (facts, _) in FACTS.items():
        model.objects.create(version=version, **facts)
    ItemVersion.objects.filter(pk=version.pk).update(status="published", published_at=builders.MONDAY)
    return ItemVersion.objects.get(pk=version.pk)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# Ways to change one text column of one row.
CHANGES: dict[str, Callable[[Any, str], object]] = {
    "save": lambda row, column: _set(row, column).save(),
    "save of one column": lambda row, column: _set(row, column).save(update_fields=[column]),
    "query": lambda row, column: type(row).objects.filter(pk=row.pk).update(**{column: "别的"}),
    "bulk": lambda row, column: type(row).objects.bulk_update([_set(row, column)], [column]),
    "raw SQL": lambda row, column: sql(f"UPDATE {row._meta.db_table} SET {column} = 'x' WHERE id = %s", row.pk),
    "insert over it": lambda row, column: type(row).objects.bulk_create(
        [_set(row, column)], update_conflicts=True, unique_fields=["id"], update_fields=[column]
    ),
}
DELETIONS: dict[str, Callable[[Any], object]] = {
    "delete": lambda row: row.delete(),
    "query": lambda row: type(row).objects.filter(pk=row.pk).delete(),
    "raw query": lambda row: type(row).objects.filter(pk=row.pk)._raw_delete("default"),
    "raw SQL": lambda row: sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk),
}


def _set(row: Any, column: str) -> Any:
    setattr(row, column, "别的")
    return row


def test_every_kind_of_part_is_tried() -> None:
    assert set(FACTS) == set(PARTS)


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_no_way_changes_a_part(model: type[Any], way: str) -> None:
    row, column = model.objects.get(version=published()), FACTS[model][1]
    before = getattr(row, column)
    with pytest.raises(REFUSED), transaction.atomic():
        CHANGES[way](row, column)
    assert getattr(model.objects.get(pk=row.pk), column) == before


@pytest.mark.parametrize("way", DELETIONS)
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_no_way_deletes_a_part(model: type[Any], way: str) -> None:
    row = model.objects.get(version=published())
    with pytest.raises(REFUSED), transaction.atomic():
        DELETIONS[way](row)
    assert model.objects.filter(pk=row.pk).exists()


ADDITIONS: dict[str, Callable[[type[Any], dict[str, Any]], object]] = {
    "create": lambda model, facts: model.objects.create(**facts),
    "bulk": lambda model, facts: model.objects.bulk_create([model(**facts)]),
    "a copy": lambda model, facts: model(**facts).save(force_insert=True),
}


@pytest.mark.parametrize("way", ADDITIONS)
@pytest.mark.parametrize("model", FACTS, ids=lambda model: model.__name__)
def test_no_way_adds_a_part(model: type[Any], way: str) -> None:
    version = published()
    with pytest.raises(REFUSED), transaction.atomic():
        ADDITIONS[way](model, {"version": version, **FACTS[model][0]})
    assert model.objects.filter(version=version).count() == 1


@pytest.mark.parametrize("way", CHANGES)
@pytest.mark.parametrize("column", ["name", "result_name", "place", "remedies"])
def test_no_way_changes_the_version(way: str, column: str) -> None:
    version = published()
    before = getattr(version, column)
    with pytest.raises(REFUSED), transaction.atomic():
        CHANGES[way](version, column)
    assert getattr(ItemVersion.objects.get(pk=version.pk), column) == before


@pytest.mark.parametrize("way", DELETIONS)
def test_no_way_deletes_the_version(way: str) -> None:
    version = published()
    with pytest.raises(REFUSED), transaction.atomic():
        DELETIONS[way](version)
    assert ItemVersion.objects.filter(pk=version.pk).exists()


def test_the_refusal_names_the_version_by_its_number() -> None:
    version = published()
    with pytest.raises(FrozenVersionError) as refused:
        _set(version, "name").save()
    assert refused.value.sentence == "第 1 版已经发布过，不能再改。要改动请新建版本。"


REGIME_COLUMNS = ("name", "statute", "decision_article", "remedies", "source")


@pytest.mark.parametrize("way", ["query", "raw SQL", "save", "bulk"])
@pytest.mark.parametrize("column", REGIME_COLUMNS)
def test_no_way_changes_a_regime_people_rely_on(way: str, column: str) -> None:
    law = published().regime
    assert law is not None
    with pytest.raises(REFUSED), transaction.atomic():
        CHANGES[way](law, column)


@pytest.mark.parametrize("way", ["delete", "query", "raw SQL"])
def test_no_way_deletes_a_ground_people_rely_on(way: str) -> None:
    law = published().regime
    assert law is not None
    ground = law.pause_grounds.all()[0]
    with pytest.raises(REFUSED), transaction.atomic():
        DELETIONS[way](ground)


@pytest.mark.parametrize("way", ["query", "raw SQL", "save"])
def test_no_way_changes_a_ground_people_rely_on(way: str) -> None:
    law = published().regime
    assert law is not None
    with pytest.raises(REFUSED), transaction.atomic():
        CHANGES[way](law.pause_grounds.all()[0], "article")


def test_no_ground_is_added_to_a_regime_people_rely_on() -> None:
    law = published().regime
    with pytest.raises(REFUSED), transaction.atomic():
        PauseGround.objects.create(regime=law, code="new", name="新事由")


def test_a_regime_nobody_relies_on_may_still_be_written() -> None:
    Regime.objects.filter(code="general-service").update(source="更正")
    assert Regime.objects.get(code="general-service").source == "更正"


def test_that_a_statute_ended_may_be_written_down() -> None:
    law = published().regime
    assert law is not None
    until = builders.MONDAY.date()
    assert Regime.objects.filter(pk=law.pk).update(effective_until=until) == 1


@pytest.mark.parametrize("way", ["save", "query", "bulk", "raw SQL"])
def test_a_draft_is_written_by_every_way(way: str) -> None:
    """The other side of the table: the locks are on what was published, not on everything."""
    draft = builders.make_item_version(publish=False)
    CHANGES[way](draft, "place")
    assert ItemVersion.objects.get(pk=draft.pk).place in ("别的", "x")
