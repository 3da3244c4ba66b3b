"""From the words of the content files to the columns and parts of a version."""

from pathlib import Path

import pytest

from approvals.catalogue.enums import CaseKind, LimitUnit, MaterialNeed
from approvals.catalogue.models import PauseGround, Regime
from approvals.demonstration import content, items
from approvals.demonstration.loading import Loaded

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
FIRST = "YS130302-01-010001"


def test_limits_become_two_columns() -> None:
    flat = items._flat({"statute": {"count": 20, "unit": "workday"}, "name": "某许可"})
    assert flat == {"statute_count": 20, "statute_unit": "workday", "name": "某许可"}


def test_other_tables_stay_as_they_are() -> None:
    assert items._flat({"result": {"name": "证", "kind": "licence"}}) == {"result": {"name": "证", "kind": "licence"}}


def test_an_item_is_published_as_it_is_written(loaded: Loaded) -> None:
    version = items.published()[FIRST]
    assert version.name == "食品经营许可（餐饮服务经营者新办）"
    assert (version.statute_count, version.statute_unit) == (20, LimitUnit.WORKDAY)
    assert (version.promise_count, version.promise_unit) == (8, LimitUnit.WORKDAY)
    assert version.promise_supplement
    assert version.quantity_limit == items.NO_QUANTITY
    assert version.is_free


def test_parts_keep_their_order(loaded: Loaded) -> None:
    written = next(row for _, row in content.items() if row["code"] == FIRST)
    version = items.published()[FIRST]
    assert [m.name for m in version.materials.order_by("position")] == [m["name"] for m in written["materials"]]
    assert [s.name for s in version.steps.order_by("position")] == [s["name"] for s in written["steps"]]
    assert [b.article for b in version.legal_bases.order_by("position")] == [b["article"] for b in written["bases"]]


def test_deferrable_and_conditional_materials_are_told_apart(loaded: Loaded) -> None:
    needs = set(items.published()[FIRST].materials.values_list("need", flat=True))
    assert needs == set(MaterialNeed.values)


def test_instant_items_have_steps_without_limits(loaded: Loaded) -> None:
    instant = [version for version in items.published().values() if version.case_kind == CaseKind.INSTANT]
    assert instant
    assert not any(step.limit for version in instant for step in version.steps.all())


def test_fees_are_numbers_with_their_basis(loaded: Loaded) -> None:
    charged = [version for version in items.published().values() if not version.is_free]
    assert charged
    assert all(fee.amount and fee.basis for version in charged for fee in version.fees.all())


def test_regimes_of_other_statutes_are_there_with_their_grounds(loaded: Loaded) -> None:
    assert {"market-registration", "work-injury", "investment-approval"} <= set(
        Regime.objects.values_list("code", flat=True)
    )
    ground = PauseGround.objects.get(regime__code="work-injury")
    assert (ground.stops_statute, ground.article) == (True, "第二十条第三款")


def test_an_investment_may_be_extended_by_forty_days(loaded: Loaded) -> None:
    regime = Regime.objects.get(code="investment-approval")
    assert (regime.extension_count, regime.extension_approver) == (40, "organ_head")


def test_work_injury_counts_in_days_and_deems_nothing(loaded: Loaded) -> None:
    regime = Regime.objects.get(code="work-injury")
    assert (regime.decision_limit_count, regime.decision_limit_unit) == (60, LimitUnit.DAY)
    assert not regime.deemed_acceptance
    assert regime.notice_limit is None


def test_forms_are_pdf_with_harmless_names(loaded: Loaded) -> None:
    first = items.published()[FIRST].materials.order_by("position").first()
    assert first is not None
    assert first.blank_form is not None
    assert first.sample is not None
    assert {first.blank_form.media_type, first.sample.media_type} == {"application/pdf"}
    assert Path(first.sample.name).suffix == ".pdf"
