"""What the database itself holds, each with a sentence a person can act on (law 14)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from approvals.catalogue.enums import LapseSubject, LimitUnit
from approvals.catalogue.models import (
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
from hall.access.enums import Role
from hall.workdays.terms import Limit
from tests import builders
from tests.approvals.catalogue.builders import make_draft

pytestmark = pytest.mark.django_db
AT = builders.moment("2026-04-10 10:00")
# Held by triggers and by the actions; nobody can bring them about in a form.
WITHOUT_SENTENCE = {"itemversion_number_unique", "itemversion_published_paired", "itemversion_superseded_after"}
ROOM = (FeeItem, ItemVersion, LapseRule, Material, PauseGround, Regime, ServiceItem, StepLimit)


def refused() -> Any:
    return pytest.raises(IntegrityError)


def sentence(constraint: models.BaseConstraint) -> str:
    return str(constraint.violation_error_message)


CONSTRAINTS = [constraint for model in ROOM for constraint in model._meta.constraints]


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda constraint: constraint.name)
def test_every_constraint_a_person_can_meet_has_a_chinese_sentence(constraint: models.BaseConstraint) -> None:
    if constraint.name not in WITHOUT_SENTENCE:
        assert constraint.violation_error_message != constraint.default_violation_error_message
        assert sentence(constraint).endswith("。")
        assert any("一" <= char <= "鿿" for char in sentence(constraint))


PAIRS = (
    "decision_limit", "notice_limit", "delivery_limit", "extension", "joint_limit", "joint_extension",
    "hearing_request", "hearing_hold", "hearing_notice",
)  # fmt: skip


def regime(**facts: Any) -> Regime:
    defaults = {
        "code": "x",
        "name": "某条例",
        "statute": "某条例",
        "effective_from": date(2020, 1, 1),
        "source": "测试",
    }
    return Regime(**{**defaults, **facts})


@pytest.mark.parametrize("name", PAIRS)
def test_each_number_of_a_regime_has_its_unit(name: str) -> None:
    approver = {"extension_approver": "organ_head"}
    with refused(), transaction.atomic():
        regime(**{f"{name}_count": 5}, **approver).save()
    with refused(), transaction.atomic():
        regime(**{f"{name}_unit": "workday"}, **approver).save()
    regime(**{f"{name}_count": 5, f"{name}_unit": "workday"}, **approver).save()


@pytest.mark.parametrize("name", PAIRS)
def test_each_number_of_a_regime_is_read_as_a_limit(name: str) -> None:
    assert getattr(regime(), name) is None
    assert getattr(regime(**{f"{name}_count": 5, f"{name}_unit": "day"}), name) == Limit(5, "day")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"notice_limit_count": 5}, "要么都填"),
        ({"extension_count": 5, "extension_unit": "workday"}, "由谁批准"),
        ({"deemed_acceptance": True}, "没有告知期限"),
        ({"effective_until": date(2019, 1, 1)}, "不能早于"),
    ],
)
def test_a_contradictory_regime_is_told_in_words(facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        regime(**facts).full_clean()
    assert words in str(caught.value)


def test_two_grounds_of_one_regime_differ() -> None:
    law = Regime.objects.get(code="licensing-law")
    with refused(), transaction.atomic():
        PauseGround.objects.create(regime=law, code="hearing", name="听证")


@pytest.mark.parametrize(("law", "article"), [("", ""), ("某法", ""), ("", "第一条")])
def test_only_a_ground_with_law_and_article_stops_the_statute(law: str, article: str) -> None:
    plain = Regime.objects.get(code="general-service")
    with refused(), transaction.atomic():
        PauseGround.objects.create(regime=plain, code="x", name="公示", law=law, article=article, stops_statute=True)


def test_one_lapse_rule_a_day_for_one_subject() -> None:
    center = builders.make_center()
    facts = {
        "center": center, "subject": LapseSubject.SUPPLEMENT, "rule": "某条例", "article": "第三十六条",
        "effective_from": date(2020, 1, 1), "source": "测试",
    }  # fmt: skip
    assert str(LapseRule.objects.create(**facts)) == "某条例第三十六条"
    with refused(), transaction.atomic():
        LapseRule.objects.create(**facts)
    LapseRule.objects.create(**{**facts, "subject": LapseSubject.CORRECTION})


@pytest.mark.parametrize("facts", [{"limit_count": 3}, {"limit_unit": LimitUnit.WORKDAY}])
def test_a_step_has_count_and_unit_or_neither(facts: dict[str, Any]) -> None:
    draft = make_draft()
    with refused(), transaction.atomic():
        StepLimit.objects.create(version=draft, name="踏勘", **facts)


def test_a_step_without_a_limit_has_none() -> None:
    assert StepLimit(name="踏勘").limit is None
    assert StepLimit(name="踏勘", limit_count=3, limit_unit="day").limit == Limit(3, "day")


def test_a_material_is_asked_for_at_least_once() -> None:
    draft = make_draft()
    with refused(), transaction.atomic():
        Material.objects.create(version=draft, name="身份证", copies=0)


def test_a_fee_is_never_negative() -> None:
    draft = make_draft()
    with refused(), transaction.atomic():
        FeeItem.objects.create(version=draft, name="工本费", basis="某法", amount="-0.01")
    FeeItem.objects.create(version=draft, name="工本费", basis="某法", amount="0")


def test_two_items_do_not_share_a_code() -> None:
    draft = make_draft()
    with refused(), transaction.atomic():
        make_draft(draft.item.department, code=draft.item.code)


@pytest.mark.parametrize("code", ["a b", "a/b", "中文", "", "-a", "x" * 65, "a\n"])
def test_codes_that_do_not_fit_an_address_are_refused(code: str) -> None:
    item = ServiceItem(code=code, name="某事项", department=builders.make_department())
    with pytest.raises(ValidationError) as caught:
        item.full_clean()
    assert "code" in caught.value.message_dict


@pytest.mark.parametrize("code", ["A", "511Z07001006-511602000000-000-11511301008778183N-1-00", "1151_a.b-c"])
def test_codes_of_real_catalogues_are_taken(code: str) -> None:
    ServiceItem(code=code, name="某事项", department=builders.make_department()).full_clean()


def batch(**facts: Any) -> ImportBatch:
    admin = builders.make_user(Role.ADMIN)
    defaults = {"name": "a.csv", "sha256": "0" * 64, "content": b"x", "uploaded_by": admin, "uploaded_at": AT}
    return ImportBatch(**{**defaults, **facts})


def test_an_imported_list_says_when_and_by_whom_and_keeps_no_bytes() -> None:
    admin = builders.make_user(Role.ADMIN)
    for facts in ({"imported_at": AT}, {"imported_by": admin}, {"imported_at": AT, "imported_by": admin}):
        with refused(), transaction.atomic():
            batch(**facts).save()
    batch(imported_at=AT, imported_by=admin, content=None).save()


def test_a_file_is_there_once_by_its_content() -> None:
    facts = {"sha256": "0" * 64, "name": "表.pdf", "media_type": "application/pdf", "size": 1, "file": "x"}
    GuideFile.objects.create(**facts)
    with refused(), transaction.atomic():
        GuideFile.objects.create(**facts)


def test_a_version_is_not_superseded_before_it_was_published() -> None:
    version = builders.make_item_version()
    ServiceItem.objects.update(current=None)
    earlier = builders.MONDAY - timedelta(days=60)
    with refused(), transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(status="superseded", superseded_at=earlier)


@pytest.mark.parametrize(
    "reason",
    ["", "国发〔2026〕1号"],
)
def test_an_abolished_version_says_why(reason: str) -> None:
    version = builders.make_item_version()
    ServiceItem.objects.update(current=None)
    rows = ItemVersion.objects.filter(pk=version.pk)
    if reason:
        assert rows.update(status="abolished", abolished_at=AT, abolish_reason=reason) == 1
    else:
        with refused(), transaction.atomic():
            rows.update(status="abolished", abolished_at=AT, abolish_reason=reason)
