"""Every constraint of the catalogue, each broken once by name. A constraint added without a line here fails."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from approvals.catalogue.enums import LapseSubject, LimitUnit, VersionStatus
from approvals.catalogue.models import (
    PARTS,
    FeeItem,
    GuideFile,
    ImportBatch,
    ItemVersion,
    LapseRule,
    Material,
    PauseGround,
    Regime,
    ServiceItem,
    StepLimit,
)
from tests import builders
from tests.approvals.catalogue.builders import make_draft

pytestmark = pytest.mark.django_db
ROOM = (ServiceItem, ItemVersion, Regime, PauseGround, LapseRule, ImportBatch, GuideFile, *PARTS)
AT = builders.MONDAY


def regime(**facts: Any) -> Regime:
    defaults = {"code": "x", "name": "某条例", "statute": "某条例", "effective_from": date(2020, 1, 1), "source": "x"}
    return Regime(**{**defaults, **facts})


def half(name: str) -> Callable[[], models.Model]:
    """A count without its unit."""
    return lambda: regime(**{f"{name}_count": 5}, extension_approver="organ_head")


def version(**facts: Any) -> ItemVersion:
    """A second version of an item that has a draft, changed by `facts`."""
    first = make_draft()
    status = facts.pop("status", VersionStatus.SUPERSEDED)
    if status != VersionStatus.DRAFT:
        facts.setdefault("published_at", AT)
    number = facts.pop("number", 2)
    return ItemVersion(item=first.item, name="x", kind="permit", status=status, number=number, **facts)


def second_published() -> ItemVersion:
    first = builders.make_item_version()
    facts = {"name": "x", "kind": "permit", "number": 2, "published_at": AT}
    return ItemVersion(item=first.item, status=VersionStatus.PUBLISHED, **facts)


def part(model: type[Any], **facts: Any) -> Callable[[], models.Model]:
    return lambda: model(version=make_draft(), name="x", **facts)


def second_ground() -> PauseGround:
    law = Regime.objects.get(code="licensing-law")
    first = law.pause_grounds.all()[0]
    return PauseGround(regime=law, code=first.code, name="x")


def unfounded_ground() -> PauseGround:
    plain = Regime.objects.get(code="general-service")
    return PauseGround(regime=plain, code="x", name="公示", law="某法", article="", stops_statute=True)


def second_rule() -> LapseRule:
    facts = {
        "center": builders.make_center(), "subject": LapseSubject.SUPPLEMENT, "rule": "某条例", "article": "第一条",
        "effective_from": date(2020, 1, 1), "source": "测试",
    }  # fmt: skip
    LapseRule.objects.create(**facts)
    return LapseRule(**facts)


def batch(**facts: Any) -> ImportBatch:
    by = builders.make_user("admin")
    defaults = {"name": "a.csv", "sha256": "0" * 64, "content": b"x", "uploaded_by": by, "uploaded_at": AT}
    return ImportBatch(**{**defaults, **facts})


BROKEN: dict[str, Callable[[], models.Model]] = {
    "itemversion_number_unique": lambda: version(number=1),
    "itemversion_one_published": second_published,
    "itemversion_one_draft": lambda: version(status=VersionStatus.DRAFT),
    "itemversion_statute_paired": lambda: version(statute_count=5),
    "itemversion_promise_paired": lambda: version(promise_unit=LimitUnit.DAY),
    "itemversion_supplement_paired": lambda: version(supplement_count=5),
    "itemversion_statute_unit": lambda: version(statute_count=5, statute_unit=LimitUnit.OPENING_HOUR),
    "itemversion_published_at": lambda: version(published_at=None),
    "itemversion_published_paired": lambda: version(
        status=VersionStatus.DRAFT, published_at=None, published_by=builders.make_user("chief")
    ),
    "itemversion_abolished_paired": lambda: version(status=VersionStatus.ABOLISHED, abolished_at=AT),
    "itemversion_superseded_after": lambda: version(superseded_at=AT - timedelta(days=1)),
    "regime_decision_limit_paired": half("decision_limit"),
    "regime_notice_limit_paired": half("notice_limit"),
    "regime_delivery_limit_paired": half("delivery_limit"),
    "regime_extension_paired": half("extension"),
    "regime_joint_limit_paired": half("joint_limit"),
    "regime_joint_extension_paired": half("joint_extension"),
    "regime_hearing_request_paired": half("hearing_request"),
    "regime_hearing_hold_paired": half("hearing_hold"),
    "regime_hearing_notice_paired": half("hearing_notice"),
    "regime_deemed_needs_notice": lambda: regime(deemed_acceptance=True),
    "regime_extension_approver": lambda: regime(extension_count=10, extension_unit="workday"),
    "regime_dates_ordered": lambda: regime(effective_until=date(2019, 12, 31)),
    "pauseground_unique": second_ground,
    "pauseground_statute_needs_article": unfounded_ground,
    "lapserule_unique": second_rule,
    "importbatch_imported_paired": lambda: batch(imported_at=AT),
    "importbatch_uploaded_paired": lambda: batch(uploaded_at=None),
    "steplimit_limit_paired": part(StepLimit, limit_count=3),
    "material_copies": part(Material, copies=0),
    "feeitem_amount": part(FeeItem, basis="某法", amount="-1"),
}
CONSTRAINTS = {constraint.name: constraint for model in ROOM for constraint in model._meta.constraints}
# A draft naming its publisher is refused by whichever of two constraints PostgreSQL asks first.
ALSO = {"itemversion_published_paired": "itemversion_published_at", "importbatch_uploaded_paired": "uploaded_at"}


def test_no_constraint_is_left_out_of_the_table() -> None:
    assert set(BROKEN) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name: str) -> None:
    row = BROKEN[name]()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert name in str(refused.value) or ALSO.get(name, name) in str(refused.value)


@pytest.mark.parametrize(
    ("unit", "accepted"),
    [("workday", True), ("day", True), ("month", True), ("hour", True), ("opening_hour", False), ("week", False)],
)
def test_units_a_statute_may_use(unit: str, accepted: bool) -> None:
    draft = make_draft()
    rows = ItemVersion.objects.filter(pk=draft.pk)
    if accepted:
        assert rows.update(statute_unit=unit) == 1
        return
    with pytest.raises(IntegrityError, match="itemversion_statute_unit"), transaction.atomic():
        rows.update(statute_unit=unit)


UNIQUE = [
    (ServiceItem, lambda: {"code": make_draft().item.code, "name": "x", "department": builders.make_department()}),
    (GuideFile, lambda: {**_file(), "sha256": GuideFile.objects.create(**_file()).sha256}),
    (Regime, lambda: {"code": "licensing-law", "name": "x", "statute": "x", "effective_from": AT.date()}),
]


def _file() -> dict[str, Any]:
    return {"sha256": "0" * 64, "name": "表.pdf", "media_type": "application/pdf", "size": 1, "file": "x"}


@pytest.mark.parametrize(("model", "facts"), UNIQUE, ids=["item code", "file content", "regime code"])
def test_what_is_there_once(model: type[Any], facts: Callable[[], dict[str, Any]]) -> None:
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        model.objects.create(**facts())


POINTERS: list[tuple[str, Callable[[], models.Model]]] = [
    ("the department of an item", lambda: make_draft().item.department),
    ("the item of a version", lambda: make_draft().item),
    ("the regime of a version", lambda: _regime_of(make_draft())),
    ("the regime of a ground", lambda: Regime.objects.get(code="licensing-law")),
]


def _regime_of(draft: ItemVersion) -> models.Model:
    assert draft.regime is not None
    return draft.regime


@pytest.mark.parametrize("row", [row for _, row in POINTERS], ids=[name for name, _ in POINTERS])
def test_what_others_rest_on_cannot_be_deleted(row: Callable[[], models.Model]) -> None:
    with pytest.raises(models.ProtectedError):
        row().delete()
