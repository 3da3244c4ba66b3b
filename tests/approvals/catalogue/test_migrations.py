"""The seeds and triggers of the room come, go, and come back."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from approvals.catalogue.models import PARTS, ItemVersion, PauseGround, Regime, ServiceItem
from tests import builders

pytestmark = pytest.mark.django_db
SEED = import_module("approvals.catalogue.migrations.0003_seed_regimes")
FROZEN = import_module("approvals.catalogue.migrations.0002_frozen_versions")


def triggers_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        return {name for (name,) in cursor.fetchall()}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def unseed() -> None:
    with connection.schema_editor(atomic=False) as editor:
        SEED.unseed(apps, editor)


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_every_part_is_guarded(model: type) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    assert triggers_of(table) == {f"{table}_frozen", f"{table}_never_emptied"}


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        (ItemVersion._meta.db_table, "catalogue_version_frozen"),
        (Regime._meta.db_table, "catalogue_regime_frozen"),
        (PauseGround._meta.db_table, "catalogue_ground_frozen"),
        (ServiceItem._meta.db_table, "catalogue_current_published"),
    ],
)
def test_versions_regimes_and_items_are_guarded(table: str, trigger: str) -> None:
    assert trigger in triggers_of(table)


def test_the_triggers_go_and_come_back() -> None:
    before = triggers_of(ItemVersion._meta.db_table)
    run(FROZEN.REVERSE)
    assert triggers_of(ItemVersion._meta.db_table) == before - {"catalogue_version_frozen"}
    run(FROZEN.FUNCTIONS + FROZEN.TRIGGERS)
    assert triggers_of(ItemVersion._meta.db_table) == before


def test_the_seeds_go_and_come_back() -> None:
    unseed()
    assert (Regime.objects.count(), PauseGround.objects.count()) == (0, 0)
    SEED.seed(apps, None)
    assert (Regime.objects.count(), PauseGround.objects.count()) == (2, 8)


def test_seeding_twice_changes_nothing() -> None:
    before = list(Regime.objects.order_by("pk").values())
    SEED.seed(apps, None)
    assert list(Regime.objects.order_by("pk").values()) == before
    assert PauseGround.objects.count() == 8


def test_a_regime_in_use_stays_when_the_seeds_go() -> None:
    builders.make_item_version()
    unseed()
    assert list(Regime.objects.values_list("code", flat=True)) == ["licensing-law"]
    assert PauseGround.objects.count() == 8


def test_every_seeded_number_names_its_article() -> None:
    law = Regime.objects.get(code="licensing-law")
    for name in ("decision", "notice", "deemed_acceptance", "delivery", "extension", "joint", "hearing"):
        assert getattr(law, f"{name}_article").startswith("第"), name


@pytest.mark.parametrize("code", ["licensing-law", "general-service"])
def test_every_seeded_regime_is_dated_and_sourced(code: str) -> None:
    regime = Regime.objects.get(code=code)
    assert regime.effective_from.year >= 2004
    assert len(regime.source) > 20
    assert "行政复议" in regime.remedies
