"""The publish gate as a truth table: one draft that passes, and one change at a time that must not."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from approvals.catalogue.comparison import first_later
from approvals.catalogue.enums import BasisRank, CaseKind, ItemKind, MaterialNeed
from approvals.catalogue.publishing import (
    CATCH_ALL,
    CHECKS,
    DraftFacts,
    FeeGate,
    Finding,
    MaterialGate,
    RegimeGate,
    Section,
    Setting,
    StepGate,
    blocking,
    findings,
)
from hall.workdays.opening import OpeningTimes
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit

LAW = RegimeGate("行政许可法", date(2004, 7, 1), None, Limit(20, "workday"))
OFFICE = OpeningTimes({weekday: ((time(9), time(17)),) for weekday in range(5)})
SETTING = Setting(calendar=shipped_calendar(), on=date(2026, 4, 13), opening=OFFICE)
ID_CARD = MaterialGate("身份证")
FORM = MaterialGate("申请书", has_blank=True, has_sample=True)
GOOD = DraftFacts(
    name="食品经营许可（新办）",
    regime=LAW,
    statute=Limit(20, "workday"),
    promise=Limit(10, "workday"),
    quantity_limit="无数量限制",
    bases=1,
    conditions=1,
    steps=(StepGate("审查", Limit(8, "workday")), StepGate("决定", Limit(2, "workday"))),
    materials=(FORM, ID_CARD),
    is_free=True,
    result_name="食品经营许可证",
    place="二楼 12 号窗口",
    phone="0335-0000000",
    complaint="拨打 12345",
)
FEE = FeeGate("工本费", Decimal(5), "每证 5 元", "某法第一条", BasisRank.LAW)


def judged(setting: Setting = SETTING, **changes: Any) -> tuple[Finding, ...]:
    return findings(replace(GOOD, **changes), setting)


def codes(**changes: Any) -> set[str]:
    return {finding.code for finding in judged(**changes)}


def test_a_complete_draft_passes() -> None:
    assert judged() == ()


TABLE: list[tuple[dict[str, Any], str]] = [
    ({"name": "  "}, "missing_name"),
    ({"bases": 0}, "missing_bases"),
    ({"conditions": 0}, "missing_conditions"),
    ({"steps": ()}, "missing_steps"),
    ({"materials": ()}, "missing_materials"),
    ({"promise": None}, "missing_promise"),
    ({"is_free": False}, "missing_fees"),
    ({"quantity_limit": ""}, "missing_quantity"),
    ({"regime": None}, "no_regime"),
    ({"regime": replace(LAW, effective_until=date(2026, 4, 12))}, "regime_not_in_force"),
    ({"regime": replace(LAW, effective_from=date(2026, 4, 14))}, "regime_not_in_force"),
    ({"statute": None}, "no_statute"),
    ({"statute": Limit(20, "opening_hour")}, "statute_unit"),
    ({"statute": Limit(30, "workday")}, "statute_longer_than_regime"),
    ({"promise": Limit(21, "workday"), "steps": (StepGate("审查"),)}, "promise_later"),
    ({"promise": Limit(0, "workday"), "steps": (StepGate("审查"),)}, "promise_zero"),
    ({"promise": Limit(30_000, "workday")}, "limit_too_long"),
    ({"steps": (StepGate("审查", Limit(11, "workday")),)}, "steps_exceed"),
    ({"steps": (StepGate("审查", Limit(30, "day")),)}, "steps_exceed"),
    ({"steps": (StepGate("审查", Limit(3, "day")), StepGate("决定", Limit(9, "workday")))}, "steps_exceed"),
    ({"materials": (ID_CARD, ID_CARD)}, "material_twice"),
    ({"materials": (MaterialGate("其他材料"),)}, "catch_all"),
    ({"materials": (MaterialGate("遗嘱", MaterialNeed.CONDITIONAL),)}, "condition_unsaid"),
    ({"materials": (MaterialGate("申请书", has_blank=True),)}, "no_sample"),
    ({"materials": (ID_CARD, MaterialGate("验资报告", MaterialNeed.DEFERRABLE))}, "deferrable_without_offer"),
    ({"promise_supplement": True}, "nothing_deferrable"),
    ({"promise_supplement": True, "materials": (MaterialGate("甲", MaterialNeed.DEFERRABLE),)}, "all_deferrable"),
    ({"promise_supplement": True}, "supplement_unsaid"),
    ({"promise_supplement": True, "supplement": Limit(5, "workday")}, "supplement_unsaid"),
    ({"promise_supplement": True, "supplement": Limit(11, "workday"), "supplement_rule": "某条例"}, "supplement_later"),
    ({"fees": (FEE,)}, "free_and_fees"),
    ({"no_materials": True}, "none_and_materials"),
    ({"fees": (replace(FEE, basis_rank=BasisRank.LOCAL_REGULATION),)}, "fee_basis"),
    ({"fees": (replace(FEE, basis_rank=BasisRank.RULE),)}, "fee_basis"),
    ({"fees": (replace(FEE, amount=None, standard=" "),)}, "fee_amount"),
    ({"fees": (replace(FEE, basis=""),)}, "fee_basis_unsaid"),
]


@pytest.mark.parametrize(("changes", "code"), TABLE, ids=[f"{code}-{n}" for n, (_, code) in enumerate(TABLE)])
def test_one_thing_wrong_is_found_and_blocks(changes: dict[str, Any], code: str) -> None:
    assert code in {finding.code for finding in blocking(judged(**changes))}


ALLOWED: list[dict[str, Any]] = [
    {"promise": Limit(20, "workday")},
    {"case_kind": CaseKind.INSTANT, "promise": Limit(0, "workday"), "steps": (StepGate("当场办理"),)},
    {"statute": Limit(30, "workday"), "statute_note": "某条例第三条另有规定"},
    {
        "statute": Limit(20, "workday"),
        "promise": Limit(9, "workday"),
        "steps": (StepGate("审查", Limit(9, "workday")),),
    },
    {"kind": ItemKind.PUBLIC_SERVICE, "statute": None, "quantity_limit": ""},
    {"materials": (), "no_materials": True},
    {"is_free": False, "fees": (FEE,)},
    {"is_free": False, "fees": (replace(FEE, amount=None),)},
    {"is_free": False, "fees": (replace(FEE, basis_rank=BasisRank.ADMINISTRATIVE_REGULATION),)},
    {
        "promise_supplement": True,
        "supplement": Limit(5, "workday"),
        "supplement_rule": "某条例第二十四条",
        "materials": (ID_CARD, MaterialGate("验资报告", MaterialNeed.DEFERRABLE)),
    },
    {"materials": (MaterialGate("遗嘱", MaterialNeed.CONDITIONAL, "继承的"),)},
    {"regime": replace(LAW, effective_until=date(2026, 4, 13))},
    {"steps": (StepGate("审查"), StepGate("决定"))},
    {"promise": Limit(8, "opening_hour"), "steps": (StepGate("审查", Limit(8, "opening_hour")),)},
]


@pytest.mark.parametrize("changes", ALLOWED)
def test_what_the_law_allows_passes(changes: dict[str, Any]) -> None:
    assert blocking(judged(**changes)) == ()


@pytest.mark.parametrize("kind", [kind for kind in ItemKind if kind != ItemKind.PERMIT])
def test_fees_of_other_kinds_may_rest_on_lower_rules(kind: ItemKind) -> None:
    assert "fee_basis" not in codes(kind=kind, is_free=False, fees=(replace(FEE, basis_rank=BasisRank.DOCUMENT),))


def test_a_missing_sample_is_only_advice_outside_permits() -> None:
    found = judged(kind=ItemKind.OTHER, materials=(MaterialGate("申请书", has_blank=True),))
    assert [finding.blocks for finding in found if finding.code == "no_sample"] == [False]


@pytest.mark.parametrize("field", ["result_name", "place", "phone", "complaint"])
def test_where_and_whom_to_ask_is_advice(field: str) -> None:
    found = judged(**{field: ""})
    assert [finding.blocks for finding in found] == [False]


def test_the_promise_finding_names_the_first_day_and_both_ends() -> None:
    promise, statute = Limit(14, "workday"), Limit(20, "day")
    later = first_later((promise,), statute, SETTING.calendar)
    assert later is not None
    sentence = next(f.sentence for f in judged(promise=promise, statute=statute) if f.code == "promise_later")
    for day in (later.start, later.last_day, later.bound_day):
        assert f"{day.year}年{day.month}月{day.day}日" in sentence


def test_an_hour_promise_names_the_minute() -> None:
    found = judged(promise=Limit(25, "hour"), statute=Limit(1, "workday"), steps=(StepGate("审查"),))
    sentence = next(f.sentence for f in found if f.code == "promise_later")
    assert ":" in sentence


def test_a_promise_of_opening_hours_needs_known_hours() -> None:
    closed = replace(SETTING, opening=None)
    found = findings(replace(GOOD, promise=Limit(8, "opening_hour"), steps=(StepGate("审查"),)), closed)
    assert [finding.code for finding in found] == ["no_opening_hours"]


def test_steps_in_a_unit_that_cannot_be_checked_are_refused() -> None:
    closed = replace(SETTING, opening=None)
    found = findings(replace(GOOD, steps=(StepGate("审查", Limit(8, "opening_hour")),)), closed)
    assert [finding.code for finding in found] == ["steps_unit"]


def test_all_findings_come_at_once_in_page_order() -> None:
    found = findings(DraftFacts(), SETTING)
    order = [list(Section).index(finding.section) for finding in found]
    assert order == sorted(order)
    assert len(found) > len(CHECKS)


def test_permits_cite_the_licensing_law_and_services_the_business_ordinance() -> None:
    permit = next(f for f in judged(bases=0) if f.code == "missing_bases")
    other = next(f for f in judged(kind=ItemKind.OTHER, bases=0) if f.code == "missing_bases")
    assert "行政许可法" in permit.article
    assert "优化营商环境条例" in other.article


@pytest.mark.parametrize(
    "name",
    [
        "其他材料",
        "法律法规规定的其他材料",
        "其他需要提交的材料",
        "相关材料",
        "有关的证明",
        "身份证等材料",
        "材料",
        "其它证明文件",
    ],
)
def test_catch_all_names_are_recognised(name: str) -> None:
    assert CATCH_ALL.search(name)


@pytest.mark.parametrize(
    "name",
    [
        "身份证",
        "营业执照复印件",
        "法人或者其他组织身份证明",
        "房屋权属证明",
        "公司章程",
        "申请书（其他情形适用）",
        "验资证明文件",
    ],
)
def test_exact_names_are_not_taken_for_catch_alls(name: str) -> None:
    assert not CATCH_ALL.search(name)
