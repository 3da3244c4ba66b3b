"""What the database and the models refuse: a published version never changes."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from approvals.catalogue.enums import CaseKind, ItemKind, LimitUnit, MaterialNeed, VersionStatus
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
    ServiceItem,
    StepLimit,
)
from hall.workdays.terms import Limit
from tests import builders
from tests.approvals.catalogue.builders import make_draft

pytestmark = pytest.mark.django_db

NEW_PARTS: list[tuple[type[Any], dict[str, Any]]] = [
    (LegalBasis, {"title": "某法", "article": "第一条"}),
    (Condition, {"text": "年满十八周岁"}),
    (StepLimit, {"name": "审查"}),
    (Material, {"name": "身份证"}),
    (FeeItem, {"name": "工本费", "basis": "某法"}),
]


def refused() -> Any:
    return pytest.raises(IntegrityError)


@pytest.mark.parametrize("model", PARTS, ids=lambda model: model.__name__)
def test_every_kind_of_part_is_tried(model: type[Any]) -> None:
    assert model in {part for part, _ in NEW_PARTS}


@pytest.mark.parametrize(("model", "facts"), NEW_PARTS)
def test_no_part_is_added_to_a_published_version(model: type[Any], facts: dict[str, Any]) -> None:
    version = builders.make_item_version()
    with refused(), transaction.atomic():
        model.objects.create(version=version, **facts)


@pytest.mark.parametrize(("model", "facts"), NEW_PARTS)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_no_part_of_a_published_version_changes(model: type[Any], facts: dict[str, Any], change: str) -> None:
    version = builders.make_item_version(publish=False)
    part = model.objects.create(version=version, **facts)
    ItemVersion.objects.filter(pk=version.pk).update(status="published", published_at=builders.MONDAY)
    rows = model.objects.filter(pk=part.pk)
    with refused(), transaction.atomic():
        rows.update(position=9) if change == "update" else rows.delete()


def test_a_part_cannot_be_moved_into_a_published_version() -> None:
    published, draft = builders.make_item_version(), builders.make_item_version(publish=False)
    with refused(), transaction.atomic():
        Material.objects.filter(version=draft).update(version=published)


def test_the_model_refuses_to_save_a_published_version() -> None:
    version = ItemVersion.objects.get(pk=builders.make_item_version().pk)
    version.name = "别的名字"
    with pytest.raises(FrozenVersionError) as caught:
        version.save()
    assert "不能再改" in caught.value.sentence


def test_the_model_refuses_to_delete_a_published_version() -> None:
    with pytest.raises(FrozenVersionError):
        ItemVersion.objects.get(pk=builders.make_item_version().pk).delete()


@pytest.mark.parametrize(
    "changes",
    [{"name": "别的"}, {"promise_count": 5}, {"regime": None}, {"revision": 9}, {"published_at": builders.MONDAY}],
)
def test_the_database_refuses_what_goes_past_the_model(changes: dict[str, Any]) -> None:
    version = builders.make_item_version()
    with refused(), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(**changes)


def test_the_database_refuses_to_delete_a_published_version_past_the_model() -> None:
    version = builders.make_item_version(steps=(), materials=())
    ServiceItem.objects.update(current=None)
    with refused(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_itemversion WHERE id = %s", [version.pk])


# The whole life of a version: every pair of states, and whether the database lets it pass.
LEGAL = {("draft", "draft"), ("draft", "published"), ("published", "superseded"), ("published", "abolished")} | {
    (state, state) for state in ("published", "superseded", "abolished")
}


def in_state(status: str) -> ItemVersion:
    """A version brought to `status` by legal moves."""
    version = builders.make_item_version(publish=status != "draft")
    ServiceItem.objects.filter(pk=version.item_id).update(current=None)
    if status in ("superseded", "abolished"):
        ItemVersion.objects.filter(pk=version.pk).update(status=status, **life(status))
    return version


def life(status: str) -> dict[str, Any]:
    """The columns that go with a state."""
    return {
        "draft": {"published_at": None},
        "published": {"published_at": builders.MONDAY},
        "superseded": {"superseded_at": builders.MONDAY},
        "abolished": {"abolished_at": builders.MONDAY, "abolish_reason": "国发〔2026〕1号"},
    }[status]


@pytest.mark.parametrize("before", VersionStatus.values)
@pytest.mark.parametrize("after", VersionStatus.values)
def test_states_move_only_forward(before: str, after: str) -> None:
    version = in_state(before)
    move = {} if before == after else life(after)
    rows = ItemVersion.objects.filter(pk=version.pk)
    if (before, after) in LEGAL:
        assert rows.update(status=after, **move) == 1
    else:
        with refused(), transaction.atomic():
            rows.update(status=after, **move)


def test_a_draft_may_be_deleted_with_its_parts() -> None:
    version = make_draft()
    version.delete()
    assert Material.objects.count() == 0


@pytest.mark.parametrize("status", [VersionStatus.DRAFT, VersionStatus.PUBLISHED])
def test_an_item_has_one_draft_and_one_published_version(status: str) -> None:
    first = builders.make_item_version(publish=status == VersionStatus.PUBLISHED)
    with refused(), transaction.atomic():
        ItemVersion.objects.create(
            item=first.item, number=2, name="乙", kind=ItemKind.OTHER, status=status, published_at=first.published_at
        )


@pytest.mark.parametrize(
    "facts",
    [
        {"promise_count": 5, "promise_unit": ""},
        {"promise_count": None, "promise_unit": "workday"},
        {"statute_count": 5, "statute_unit": "opening_hour"},
        {"status": "published"},
        {"status": "abolished", "published_at": builders.MONDAY, "abolished_at": builders.MONDAY},
        {"published_at": builders.MONDAY},
        {"abolished_at": builders.MONDAY},
    ],
)
def test_contradictory_versions_are_refused(facts: dict[str, Any]) -> None:
    item = ServiceItem.objects.create(code="X", name="某事项", department=builders.make_department())
    with refused(), transaction.atomic():
        ItemVersion.objects.create(item=item, name="某事项", kind=ItemKind.OTHER, **facts)


def test_current_must_be_published_and_of_the_same_item() -> None:
    draft = builders.make_item_version(publish=False)
    with refused(), transaction.atomic():
        ServiceItem.objects.filter(pk=draft.item_id).update(current=draft)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_spelling_is_kept_beside_the_name() -> None:
    item = ServiceItem.objects.create(code="X", name="食品经营许可", department=builders.make_department())
    item.name = "小餐饮登记"
    item.save(update_fields=["name"])
    item.refresh_from_db()
    assert (item.pinyin, item.initials) == ("xiaocanyindengji", "xcydj")


def test_an_instant_item_promises_the_same_day() -> None:
    assert ItemVersion(case_kind=CaseKind.INSTANT, promise_count=5, promise_unit="workday").promise == Limit(
        0, "workday"
    )


def test_limits_are_none_where_nothing_is_said() -> None:
    version = ItemVersion()
    assert (version.promise, version.statute, version.supplement) == (None, None, None)


def test_a_supplement_limit_counts_only_where_it_is_offered() -> None:
    version = ItemVersion(supplement_count=5, supplement_unit=LimitUnit.WORKDAY)
    assert version.supplement is None
    version.promise_supplement = True
    assert version.supplement == Limit(5, "workday")


@pytest.mark.parametrize(
    ("own", "regime", "moves"),
    [(None, None, False), (None, False, False), (None, True, True), (True, False, True), (False, True, False)],
)
def test_the_version_overrides_its_regime_on_extensions(own: bool | None, regime: bool | None, moves: bool) -> None:
    law = None if regime is None else Regime(extension_moves_promise=regime)
    assert ItemVersion(extends_promise=own, regime=law).extension_moves_promise is moves


def test_channels_in_words() -> None:
    assert ItemVersion(by_online=True, by_counter=False).channels == ("网上办理",)


def test_a_deferrable_material_says_so() -> None:
    assert Material(need=MaterialNeed.DEFERRABLE).may_be_deferred
    assert not Material(need=MaterialNeed.CONDITIONAL).may_be_deferred


def test_history_keeps_who_changed_a_draft() -> None:
    version = make_draft()
    version.summary = "新的说明"
    version.save()
    assert [row.summary for row in ItemVersion.history.filter(id=version.pk)] == ["新的说明", ""]


def test_the_licensing_law_is_seeded_with_its_numbers() -> None:
    law = Regime.objects.get(code="licensing-law")
    limits = (
        law.decision_limit,
        law.notice_limit,
        law.delivery_limit,
        law.extension,
        law.joint_limit,
        law.joint_extension,
    )
    assert [str(limit) for limit in limits if limit] == [
        "20 个工作日", "5 个工作日", "10 个工作日", "10 个工作日", "45 个工作日", "15 个工作日",
    ]  # fmt: skip
    assert law.deemed_acceptance
    assert (law.extension_approver, law.joint_extension_approver) == ("organ_head", "government_head")
    hearing = (law.hearing_request, law.hearing_hold, law.hearing_notice)
    assert [limit.count for limit in hearing if limit] == [5, 20, 7]


def test_the_eight_grounds_of_article_45_stop_the_statute() -> None:
    grounds = PauseGround.objects.filter(regime__code="licensing-law")
    names = "听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审"
    assert "、".join(ground.name for ground in grounds) == names
    assert all(ground.stops_statute and ground.article == "第四十五条" for ground in grounds)


def test_a_plain_service_has_no_automatic_consequence() -> None:
    plain = Regime.objects.get(code="general-service")
    assert (plain.notice_limit, plain.delivery_limit, plain.extension) == (None, None, None)
    assert not plain.deemed_acceptance
    assert not plain.pause_grounds.exists()


def test_a_ground_that_stops_the_statute_names_its_article() -> None:
    plain = Regime.objects.get(code="general-service")
    with refused(), transaction.atomic():
        PauseGround.objects.create(regime=plain, code="x", name="公示", stops_statute=True)
    PauseGround.objects.create(regime=plain, code="x", name="公示", stops_statute=False)


def test_a_regime_nobody_relies_on_may_be_corrected() -> None:
    assert Regime.objects.filter(code="licensing-law").update(name="改过") == 1


def test_a_regime_in_use_is_frozen_except_for_its_end() -> None:
    builders.make_item_version()
    law = Regime.objects.filter(code="licensing-law")
    with refused(), transaction.atomic():
        law.update(notice_limit_count=6)
    with refused(), transaction.atomic():
        PauseGround.objects.filter(regime__code="licensing-law", code="hearing").delete()
    with refused(), transaction.atomic():
        PauseGround.objects.create(regime=law.get(), code="new", name="新的")
    assert law.update(effective_until="2030-12-31") == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"notice_limit_count": 5},
        {"extension_count": 10, "extension_unit": "workday"},
        {"deemed_acceptance": True},
        {"effective_until": "2019-12-31"},
    ],
)
def test_incomplete_regimes_are_refused(facts: dict[str, Any]) -> None:
    with refused(), transaction.atomic():
        Regime.objects.create(
            code="x", name="某条例", statute="某条例", effective_from="2020-01-01", source="某", **facts
        )
