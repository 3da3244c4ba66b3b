"""The publish gate: what must be in a version before people may rely on it. Pure: no database, no `now()`.

What must be public (六公开: 事项名称、设定依据、条件和材料、程序、时限、收费) is required by 行政许可法 art. 30 and
优化营商环境条例 art. 35; a version that lacks any of it stays a draft and takes no case.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from approvals.catalogue.comparison import Later, first_later, last_day
from approvals.catalogue.enums import (
    FEE_RANKS_FOR_PERMITS,
    STATUTORY_UNITS,
    CaseKind,
    ItemKind,
    LimitUnit,
    MaterialNeed,
)
from hall.workdays.arithmetic import Calendar, OutOfCalendar
from hall.workdays.opening import OpeningTimes
from hall.workdays.terms import Limit

PERMIT_LAW = "《行政许可法》"
SERVICE_LAW = "《优化营商环境条例》"
# A list of materials is complete or it is none; "其他组织" names an applicant, not a leftover.
CATCH_ALL = re.compile(
    r"(其他|其它)(?!组织|经济组织|机构|部门|单位|人)[^（(]{0,12}(材料|资料|文件|证明|证件|手续)$"
    r"|(有关|相关|所需|需要)的?(材料|资料|文件|证明|证件|手续)$"
    r"|等(材料|资料|文件|证件)?$"
    r"|^(材料|资料|文件|证明)$"
)


class Section(StrEnum):
    """Where on the edit page a finding is put right; the values are its anchors."""

    BASIC = "basic"
    LIMITS = "limits"
    BASES = "bases"
    CONDITIONS = "conditions"
    STEPS = "steps"
    MATERIALS = "materials"
    FEES = "fees"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against publishing, or advice where `blocks` is false. `article` is the rule behind it."""

    section: Section
    code: str
    sentence: str
    article: str = ""
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class RegimeGate:
    """What the gate asks of a regime."""

    name: str
    effective_from: date
    effective_until: date | None = None
    decision: Limit | None = None


@dataclass(frozen=True, slots=True)
class StepGate:
    name: str
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class MaterialGate:
    name: str
    need: str = MaterialNeed.REQUIRED
    condition: str = ""
    has_blank: bool = False
    has_sample: bool = False


@dataclass(frozen=True, slots=True)
class FeeGate:
    name: str
    amount: Decimal | None = None
    standard: str = ""
    basis: str = ""
    basis_rank: str = ""


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """Everything the gate looks at, out of one version and its parts."""

    name: str = ""
    kind: str = ItemKind.PERMIT
    case_kind: str = CaseKind.PROMISE
    regime: RegimeGate | None = None
    statute: Limit | None = None
    statute_note: str = ""
    promise: Limit | None = None
    promise_supplement: bool = False
    supplement: Limit | None = None
    supplement_rule: str = ""
    quantity_limit: str = ""
    bases: int = 0
    conditions: int = 0
    steps: tuple[StepGate, ...] = ()
    materials: tuple[MaterialGate, ...] = ()
    no_materials: bool = False
    fees: tuple[FeeGate, ...] = ()
    is_free: bool = False
    result_name: str = ""
    place: str = ""
    phone: str = ""
    complaint: str = ""

    @property
    def is_permit(self) -> bool:
        return self.kind == ItemKind.PERMIT


@dataclass(frozen=True, slots=True)
class Setting:
    """The world a draft is judged in: the calendar of its region, the center's hours, the day of publishing."""

    calendar: Calendar
    on: date
    opening: OpeningTimes | None = None


def findings(draft: DraftFacts, setting: Setting) -> tuple[Finding, ...]:
    """All reasons at once, in the order of the edit page; empty means it may be published."""
    found = [finding for check in CHECKS for finding in check(draft, setting)]
    order = list(Section)
    return tuple(sorted(found, key=lambda finding: order.index(finding.section)))


def blocking(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.blocks)


def disclosures(draft: DraftFacts, _: Setting) -> Iterator[Finding]:
    """The six things that must be public, and the number limit of a permit."""
    article = f"{PERMIT_LAW}第三十条" if draft.is_permit else f"{SERVICE_LAW}第三十五条"
    timed = draft.case_kind == CaseKind.INSTANT or draft.promise is not None
    wanted = (
        (draft.name.strip(), Section.BASIC, "name", "没有写事项名称。"),
        (draft.bases, Section.BASES, "bases", "没有写设定依据：至少列出一条，写到条款。"),
        (draft.conditions, Section.CONDITIONS, "conditions", "没有写受理条件。"),
        (draft.steps, Section.STEPS, "steps", "没有写办理程序：至少列出一个环节。"),
        (draft.materials or draft.no_materials, Section.MATERIALS, "materials",
         "没有写申请材料；确实不用交的，请选“不需要提交材料”。"),
        (timed, Section.LIMITS, "promise", "没有写承诺办结时限。"),
        (draft.fees or draft.is_free, Section.FEES, "fees", "没有写收费：列出收费项目，或者选“不收费”。"),
        (draft.quantity_limit.strip() or not draft.is_permit, Section.SERVICE, "quantity",
         "没有写数量限制；没有限制的，写“无数量限制”。"),
    )  # fmt: skip
    for there, section, code, sentence in wanted:
        if not there:
            yield Finding(section, f"missing_{code}", sentence, article)


def contradictions(draft: DraftFacts, _: Setting) -> Iterator[Finding]:
    if draft.fees and draft.is_free:
        yield Finding(Section.FEES, "free_and_fees", "选了“不收费”，又列了收费项目，请留下一个。")
    if draft.materials and draft.no_materials:
        yield Finding(Section.MATERIALS, "none_and_materials", "选了“不需要提交材料”，又列了材料，请留下一个。")


def regime(draft: DraftFacts, setting: Setting) -> Iterator[Finding]:
    """No regime, no consequence: a version names the one it is decided under, and it is in force."""
    if draft.regime is None:
        yield Finding(Section.BASIC, "no_regime", "没有选适用制度：时限到了怎么办，要由它决定。")
        return
    over = draft.regime.effective_until is not None and draft.regime.effective_until < setting.on
    if over or draft.regime.effective_from > setting.on:
        yield Finding(
            Section.BASIC, "regime_not_in_force", f"“{draft.regime.name}”在 {setting.on} 不是现行有效的制度。"
        )


def statute(draft: DraftFacts, setting: Setting) -> Iterator[Finding]:
    """A permit has a statutory limit; one longer than the regime's own needs the law that says otherwise (art. 42)."""
    if draft.statute is None:
        if draft.is_permit:
            yield Finding(Section.LIMITS, "no_statute", "行政许可必须写法定办结时限。", f"{PERMIT_LAW}第四十二条")
        return
    if draft.statute.unit not in STATUTORY_UNITS:
        yield Finding(Section.LIMITS, "statute_unit", "法定时限不能用营业小时。")
    elif draft.regime and draft.regime.decision and not draft.statute_note.strip():
        later = _later(draft.statute, draft.regime.decision, setting)
        if later is not None:
            yield Finding(
                Section.LIMITS,
                "statute_longer_than_regime",
                f"法定时限 {draft.statute}长于“{draft.regime.name}”的 {draft.regime.decision}，"
                "请在法定时限说明里写明另有规定的法律、法规和条款。",
                f"{PERMIT_LAW}第四十二条" if draft.is_permit else "",
            )


def promise(draft: DraftFacts, setting: Setting) -> Iterator[Finding]:
    """0 ≤ promise ≤ statute, judged by due dates and not by counts."""
    if draft.promise is None:
        return
    if draft.promise.count == 0 and draft.case_kind == CaseKind.PROMISE:
        yield Finding(Section.LIMITS, "promise_zero", "承诺时限是 0；当天办结的请改为即办件。")
    if draft.promise.unit == LimitUnit.OPENING_HOUR and setting.opening is None:
        yield Finding(Section.LIMITS, "no_opening_hours", "承诺用营业小时，但中心还没有登记开放时间，无法核对。")
        return
    if draft.statute is None or draft.statute.unit not in STATUTORY_UNITS:
        return
    try:
        later = first_later((draft.promise,), draft.statute, setting.calendar, setting.opening)
    except OutOfCalendar:
        yield Finding(Section.LIMITS, "limit_too_long", "时限长得超出了日历，请核对数字和单位。")
        return
    if later is not None:
        yield Finding(Section.LIMITS, "promise_later", _promise_later(draft.promise, draft.statute, later))


def steps(draft: DraftFacts, setting: Setting) -> Iterator[Finding]:
    """The steps one after another end no later than the promise."""
    limits = tuple(step.limit for step in draft.steps if step.limit is not None)
    if not limits or draft.promise is None:
        return
    if {limit.unit for limit in limits} == {draft.promise.unit}:
        total = Limit(sum(limit.count for limit in limits), draft.promise.unit)
        if total.count > draft.promise.count:
            yield Finding(Section.STEPS, "steps_exceed", f"各环节时限合计 {total}，超过承诺的 {draft.promise}。")
        return
    try:
        later = first_later(limits, draft.promise, setting.calendar, setting.opening)
    except (OutOfCalendar, ValueError):
        yield Finding(Section.STEPS, "steps_unit", "环节时限的单位无法与承诺核对，请换成与承诺相同的单位。")
        return
    if later is not None:
        yield Finding(
            Section.STEPS,
            "steps_exceed",
            f"各环节依次办完会晚于承诺：{_day(later.start)}受理的，"
            f"环节到 {_end(later.ends)}，承诺到 {_end(later.bound)}。",
        )


def materials(draft: DraftFacts, _: Setting) -> Iterator[Finding]:
    """All materials, each once, none a leftover; a conditional one says when."""
    article = f"{PERMIT_LAW}第三十条" if draft.is_permit else f"{SERVICE_LAW}第三十五条"
    seen = Counter(material.name.strip() for material in draft.materials)
    for name, times in seen.items():
        if times > 1:
            yield Finding(Section.MATERIALS, "material_twice", f"材料“{name}”列了 {times} 次，只留一次。", article)
        if CATCH_ALL.search(name):
            sentence = f"材料“{name}”是兜底的说法，请写清是哪一份材料，或者删去。"
            yield Finding(Section.MATERIALS, "catch_all", sentence, article)
    for material in draft.materials:
        if material.need == MaterialNeed.CONDITIONAL and not material.condition.strip():
            yield Finding(
                Section.MATERIALS, "condition_unsaid", f"材料“{material.name}”没有写何种情形才需要。", article
            )
        if material.has_blank and not material.has_sample:
            sentence = f"材料“{material.name}”有空白表格，没有填写样例。"
            yield Finding(Section.MATERIALS, "no_sample", sentence, article, blocks=draft.is_permit)


def supplement(draft: DraftFacts, setting: Setting) -> Iterator[Finding]:
    """容缺 is offered under a named rule, for named materials, within a term no longer than the promise."""
    deferrable = [material for material in draft.materials if material.need == MaterialNeed.DEFERRABLE]
    if not draft.promise_supplement:
        if deferrable:
            sentence = f"材料“{deferrable[0].name}”标了可容缺后补，但事项没有开通容缺受理。"
            yield Finding(Section.MATERIALS, "deferrable_without_offer", sentence)
        return
    if not deferrable:
        yield Finding(Section.MATERIALS, "nothing_deferrable", "开通了容缺受理，但没有一份材料可以后补。")
    elif len(deferrable) == len(draft.materials):
        yield Finding(Section.MATERIALS, "all_deferrable", "不能所有材料都容缺：主要材料必须先交齐。")
    if draft.supplement is None or not draft.supplement_rule.strip():
        yield Finding(Section.LIMITS, "supplement_unsaid", "开通了容缺受理，请写明补齐期限和依据。")
    elif draft.promise is not None and _later(draft.supplement, draft.promise, setting):
        yield Finding(
            Section.LIMITS, "supplement_later", f"容缺补齐期限 {draft.supplement}会晚于承诺办结时限 {draft.promise}。"
        )


def fees(draft: DraftFacts, _: Setting) -> Iterator[Finding]:
    """A permit costs nothing unless a law or administrative regulation says so (art. 58); a fee has a number."""
    for fee in draft.fees:
        if draft.is_permit and fee.basis_rank not in FEE_RANKS_FOR_PERMITS:
            sentence = f"收费“{fee.name}”的依据不是法律或行政法规，行政许可不得收费。"
            yield Finding(Section.FEES, "fee_basis", sentence, f"{PERMIT_LAW}第五十八条")
        if fee.amount is None and not fee.standard.strip():
            yield Finding(Section.FEES, "fee_amount", f"收费“{fee.name}”没有写金额或者标准。")
        if not fee.basis.strip():
            yield Finding(Section.FEES, "fee_basis_unsaid", f"收费“{fee.name}”没有写依据。")


def service(draft: DraftFacts, _: Setting) -> Iterator[Finding]:
    """What people ask next: 在哪办、找谁办. Advice, since the center's own address and phone stand in."""
    wanted = (
        (draft.result_name, "result", "没有写办理结果叫什么。"),
        (draft.place, "place", "没有写办理地点，指南上将用中心的地址。"),
        (draft.phone, "phone", "没有写咨询电话，指南上将用部门或中心的电话。"),
        (draft.complaint, "complaint", "没有写投诉渠道。"),
    )
    for there, code, sentence in wanted:
        if not there.strip():
            yield Finding(Section.SERVICE, f"missing_{code}", sentence, blocks=False)


Check = Callable[[DraftFacts, Setting], Iterable[Finding]]
CHECKS: tuple[Check, ...] = (
    disclosures, contradictions, regime, statute, promise, steps, materials, supplement, fees, service,
)  # fmt: skip


def _later(inner: Limit, outer: Limit, setting: Setting) -> Later | None:
    """`first_later`, with "cannot be told" taken as no: another check names the unit or the length."""
    try:
        return first_later((inner,), outer, setting.calendar, setting.opening)
    except (OutOfCalendar, ValueError):
        return None


def _promise_later(inner: Limit, outer: Limit, later: Later) -> str:
    return (
        f"承诺 {inner}会晚于法定 {outer}：{_day(later.start)}受理的，"
        f"承诺到 {_end(later.ends)}，法定到 {_end(later.bound)}。"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _end(moment: datetime) -> str:
    """A limit of days is told by its last day, one of hours by the minute."""
    if moment.hour == moment.minute == 0:
        return _day(last_day(moment))
    return f"{_day(moment.date())} {moment:%H:%M}"
