"""A version read in one statement is the version read part by part."""

from typing import Any

import pytest

from approvals.catalogue.models import ItemVersion, Material
from approvals.catalogue.reading import read_version
from tests.builders import Hall, make_item_version

pytestmark = pytest.mark.django_db


def columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def version(hall: Hall) -> ItemVersion:
    made = make_item_version(hall.department, regime="licensing-law", deferrable=("场地证明",))
    return ItemVersion.objects.select_related("item__department__center", "regime").get(pk=made.pk)


def test_every_column_is_what_the_mapper_reads(version: ItemVersion) -> None:
    read = read_version(version.pk)
    assert read is not None
    assert read.regime is not None
    for ours, theirs in (
        (read, version),
        (read.item, version.item),
        (read.item.department, version.item.department),
        (read.item.department.center, version.item.department.center),
        (read.regime, version.regime),
    ):
        assert columns(ours) == columns(theirs)
    for name in ("materials", "legal_bases"):
        assert [columns(one) for one in getattr(read, name).all()] == [
            columns(one) for one in getattr(version, name).all()
        ]
    assert len(read.materials.all()) > 1


def test_parts_stand_in_the_order_people_read_them(hall: Hall) -> None:
    version = make_item_version(hall.department, publish=False)
    Material.objects.create(version=version, name="后来加的，排在第二", position=0)
    read = read_version(version.pk)
    assert read is not None
    assert [one.name for one in read.materials.all()] == ["申请书", "后来加的，排在第二", "营业执照复印件"]


def test_an_item_without_a_regime_materials_or_ground_is_read(hall: Hall) -> None:
    version = make_item_version(hall.department, regime="", materials=(), publish=False)
    version.legal_bases.all().delete()
    read = read_version(version.pk)
    assert read is not None
    assert (read.regime, list(read.materials.all()), list(read.legal_bases.all())) == (None, [], [])


def test_it_is_one_statement_with_all_its_parts(version: ItemVersion, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        read = read_version(version.pk)
        assert read is not None
        assert read.item.department.center.name
        assert [one.version.pk for one in read.materials.all()]
        assert [str(one) for one in read.legal_bases.all()]


def test_a_key_nobody_has_is_nothing() -> None:
    assert read_version(0) is None
