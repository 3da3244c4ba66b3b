"""What the publish gate guards cannot be gone round below it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion
from tests import builders

pytestmark = pytest.mark.django_db


def copy_of(version: ItemVersion, **facts: Any) -> ItemVersion:
    version.pk, version.number = None, 9
    for name, value in facts.items():
        setattr(version, name, value)
    return version


@pytest.mark.parametrize("status", [VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED])
def test_a_version_is_not_added_as_published(status: str) -> None:
    version = builders.make_item_version()
    version.item.current = None
    version.item.save()
    other = builders.make_item_version(publish=False)
    made = copy_of(version, item=other.item, status=status)
    if status == VersionStatus.SUPERSEDED:
        made.superseded_at = builders.MONDAY
    with pytest.raises(IntegrityError, match="从草稿开始"), transaction.atomic():
        made.save(force_insert=True)


@pytest.mark.parametrize(
    "table",
    [
        "catalogue_itemversion", "catalogue_regime", "catalogue_pauseground", "catalogue_material",
        "supervision_card", "supervision_ruleversion", "supervision_accountabilityrecord",
        "appraisal_schemeversion", "appraisal_score",
    ],
)  # fmt: skip
def test_what_is_frozen_is_not_emptied_at_once(table: str) -> None:
    emptying = f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"
    with pytest.raises(IntegrityError, match=r"never emptied|refused"), transaction.atomic():
        connection.cursor().execute(emptying)
