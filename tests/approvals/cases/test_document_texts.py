"""What stands on the papers the acts issue: numbers, days, reasons, organs and ways to object."""

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from approvals.cases import actions, codes, papers, receipts
from approvals.cases.actions.intake import MaterialFacts
from approvals.cases.enums import CaseState, DeliveryMethod, DocumentKind, MaterialState, PartyKind
from approvals.cases.models import Case, OfficialDocument
from approvals.catalogue.enums import LapseSubject
from hall.privacy.enums import IdentityKind
from tests.approvals.cases.ways import (
    FRIDAY,
    LATER,
    MISSING,
    TUESDAY,
    WAYS,
    granted,
    lapse_rule,
    lapsed,
    noticed,
    paused,
    returned,
    with_promise,
    withdrawn,
)  # fmt: skip
from tests.builders import MONDAY, Hall, accepted_case, application, make_case, make_item_version, moment, person

pytestmark = pytest.mark.django_db
K, S = DocumentKind, CaseState


def words(content: bytes) -> str:
    """The text without white space: thin spaces stand between Hanzi and digits, and lines break anywhere."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s", "", text)


def latest(case: Case, kind: DocumentKind) -> OfficialDocument:
    return case.documents.filter(kind=kind).latest("issued_at", "pk")


def text(case: Case, kind: DocumentKind) -> str:
    return words(papers.content_of(latest(case, kind)))


def number(case: Case, kind: DocumentKind) -> str:
    return str(latest(case, kind).number)


@pytest.fixture(scope="module")
def made(house: Hall):
    """A case in every state that has a paper of its own, made once for the file."""
    cases = {state: WAYS[state](house) for state, _ in ISSUED}
    return lambda state: cases[CaseState(state)]


ISSUED = (
    (S.RECEIVED, K.RECEIPT),
    (S.REVIEWING, K.ACCEPTANCE),
    (S.SUPPLEMENTING, K.SUPPLEMENT_NOTICE),
    (S.NOT_REQUIRED, K.NOT_REQUIRED),
    (S.REFUSED, K.REFUSAL),
    (S.PAUSED, K.SPECIAL_PROCEDURE),
    (S.GRANTED, K.DECISION_GRANT),
    (S.DENIED, K.DECISION_DENY),
    (S.DELIVERED, K.DELIVERY_RECEIPT),
    (S.WITHDRAWN, K.TERMINATION),
    (S.LAPSED, K.TERMINATION),
    (S.RETURNED, K.TERMINATION),
)


@pytest.mark.parametrize(("state", "kind"), ISSUED)
def test_the_act_issues_its_paper_with_number_docket_item_and_organ(made, state, kind):
    case = made(state)
    found = text(case, kind)
    assert number(case, kind) in found
    assert case.docket in re.sub(r"[^0-9A-Za-z]", "", found)
    assert case.version_filed.name in found
    assert "行政审批局" in found


@pytest.mark.parametrize(("state", "kind"), ISSUED)
def test_every_paper_names_the_applicant_in_full(made, state, kind):
    assert "张小明" in text(made(state), kind)


@pytest.mark.parametrize(("state", "kind"), ISSUED)
def test_no_paper_shows_an_identity_number_or_a_telephone_of_the_applicant(made, state, kind):
    found = text(made(state), kind)
    party = made(state).parties.get()
    assert party.identity not in found
    assert party.phone not in found


@pytest.mark.parametrize(("state", "kind"), ISSUED)
def test_every_paper_carries_the_day_of_issue(made, state, kind):
    issued = latest(made(state), kind).issued_at
    assert f"2026年{issued.month}月{issued.astimezone(MONDAY.tzinfo).day}日" in text(made(state), kind)


# --- 收件凭证 --------------------------------------------------------------------------------------------------------


def test_the_receipt_lists_materials_day_and_window(made):
    found = text(made("received"), K.RECEIPT)
    assert "2026年4月13日" in found
    assert all(word in found for word in ("申请书", "营业执照复印件", "收件方式窗口"))


def test_the_receipt_marks_what_was_not_handed_in(house):
    assert "缺" in text(make_case(house, complete=False), K.RECEIPT)


def test_the_receipt_does_not_list_as_received_what_is_missing(house):
    version = make_item_version(house.department, materials=("申请书", "营业执照复印件"))
    facts = [
        MaterialFacts(material=material, state=state)
        for material, state in zip(
            version.materials.order_by("position"), (MaterialState.RECEIVED, MaterialState.MISSING), strict=True
        )
    ]
    filed = replace(application(version), materials=facts)
    case = actions.register(filed, by=house.clerk, at=MONDAY)
    assert "还缺：营业执照复印件。" in text(case, K.RECEIPT)
    assert text(case, K.RECEIPT).count("营业执照复印件") == 1


def test_the_receipt_of_an_application_alone_says_so(house):
    version = make_item_version(house.department, materials=("申请书",))
    (material,) = version.materials.all()
    filed = replace(application(version), materials=[MaterialFacts(material=material, state=MaterialState.MISSING)])
    found = text(actions.register(filed, by=house.clerk, at=MONDAY), K.RECEIPT)
    assert "没有收到材料。" in found
    assert "还缺：申请书。" in found


def test_the_code_is_on_the_printed_receipt_only(house):
    case = make_case(house)
    code = codes.pending(case, at=MONDAY)
    assert code in words(receipts.receipt_bytes(case, MONDAY))
    assert code not in text(case, K.RECEIPT)


def test_the_receipt_of_an_organisation_is_made_out_to_it(house):
    firm = person("秦皇岛测试有限公司", identity_kind=IdentityKind.USCC, identity="91130302MA07XXXX00")
    firm = type(firm)(**{**{f: getattr(firm, f) for f in firm.__slots__}, "kind": PartyKind.ORGANISATION})
    assert "秦皇岛测试有限公司" in text(make_case(house, applicant=firm), K.RECEIPT)


# --- 受理通知书 ------------------------------------------------------------------------------------------------------


def test_acceptance_says_complete_and_from_when(made):
    found = text(made("reviewing"), K.ACCEPTANCE)
    assert "申请材料齐全、符合法定形式，本机关决定自2026年4月13日起予以受理" in found


def test_acceptance_names_both_limits_and_the_last_day(house):
    version = make_item_version(house.department, promise=(8, "workday"), steps=())
    found = text(accepted_case(house, version), K.ACCEPTANCE)
    assert "法定办理期限20个工作日，承诺办理期限8个工作日" in found
    assert "办结期限2026年4月23日" in found


def test_acceptance_marks_a_last_day_of_an_unpublished_year(house):
    version = make_item_version(house.department, promise=(40, "workday"), statute=(40, "workday"), steps=())
    found = text(accepted_case(house, version, at=moment("2026-11-20 09:00")), K.ACCEPTANCE)
    assert "预计：放假安排公布后可能调整" in found


def test_acceptance_of_a_promise_in_hours_names_the_hour(house):
    version = make_item_version(house.department, promise=(24, "hour"), statute=None, steps=())
    assert "办结期限2026年4月14日10:08" in text(accepted_case(house, version), K.ACCEPTANCE)


def test_acceptance_without_a_statute_names_the_promise_alone(house):
    version = make_item_version(house.department, promise=(3, "day"), statute=None, regime=None, steps=())
    found = text(accepted_case(house, version), K.ACCEPTANCE)
    assert "承诺办理期限3天" in found
    assert "法定办理期限" not in found


def test_deemed_acceptance_says_why_and_not_that_the_papers_were_complete(house):
    """Nobody found the materials complete: the hall was late, and the law accepts (art. 32(4))."""
    case = make_case(house, complete=False)
    found = text(actions.deem_accepted(case, at=moment("2026-04-21 00:00:05")), K.ACCEPTANCE)
    assert "未在规定期限内一次告知需要补正的全部内容，依法自收到申请材料之日起即为受理" in found
    assert "材料齐全" not in found


def test_acceptance_against_a_promise_lists_what_is_owed_and_until_when(house):
    found = text(with_promise(house), K.ACCEPTANCE)
    assert "场地证明" in found
    assert "2026年4月20日" in found
    assert "主要材料齐全、符合法定形式，本机关决定自2026年4月13日起予以容缺受理" in found


def test_acceptance_after_a_supplement_dates_from_that_day(house):
    case = noticed(house)
    ids = list(case.version_filed.materials.values_list("pk", flat=True))
    case = actions.supplement(case, by=house.clerk, at=FRIDAY, received=ids, complete=True)
    assert "自2026年4月17日起予以受理" in text(case, K.ACCEPTANCE)


# --- 一次性告知书 ----------------------------------------------------------------------------------------------------


def test_the_notice_lists_name_problem_requirement_and_last_day(made):
    found = text(made("supplementing"), K.SUPPLEMENT_NOTICE)
    assert all(part in found for part in MISSING[0].values())
    assert "2026年4月28日" in found


def test_the_notice_says_when_acceptance_begins(made):
    assert "自收到全部补正材料之日起受理" in text(made("supplementing"), K.SUPPLEMENT_NOTICE)


def test_a_second_notice_says_why(house):
    case = actions.notify_supplement(
        noticed(house), by=house.clerk, at=FRIDAY, items=MISSING, reason="补交的图纸有新的问题"
    )
    assert "再次告知的原因：补交的图纸有新的问题" in text(case, K.SUPPLEMENT_NOTICE)


# --- 不受理、不予受理 ------------------------------------------------------------------------------------------------


def test_no_licence_needed_gives_the_reason(made):
    assert "这类经营不需要许可" in text(made("not_required"), K.NOT_REQUIRED)


def test_a_refusal_names_the_right_organ_its_address_and_the_ways_to_object(made):
    found = text(made("refused"), K.REFUSAL)
    assert all(part in found for part in ("不属于本机关职权", "市场监督管理局", "河北大街1号"))
    assert "六十日内申请行政复议" in found
    assert "六个月内提起行政诉讼" in found


# --- 容缺、特别程序、延期、听证 --------------------------------------------------------------------------------------


def test_the_promise_names_material_last_day_and_consequence(house):
    found = text(with_promise(house), K.PROMISE_SUPPLEMENT)
    assert all(part in found for part in ("场地证明", "2026年4月20日", "由本机关书面决定终止办理"))
    assert "视为撤回" not in found


def test_where_a_rule_says_so_the_promise_names_it(house):
    lapse_rule(house, LapseSubject.SUPPLEMENT)
    assert "依照某市政务服务条例第三十六条视为撤回申请" in text(with_promise(house), K.PROMISE_SUPPLEMENT)


def test_the_procedure_is_told_with_ground_days_and_reason(made):
    found = text(made("paused"), K.SPECIAL_PROCEDURE)
    assert all(part in found for part in ("专家评审", "3个工作日", "2026年4月17日", "2026年4月22日", "技术复杂"))
    assert "所需时间不计算在法定办理期限内" in found


def test_the_extension_names_reason_approver_amount_and_both_days(house):
    case = actions.extend(accepted_case(house), by=house.chief, at=FRIDAY, reason="需要再次核查")
    found = text(case, K.EXTENSION_NOTICE)
    assert "延长办理期限10个工作日" in found
    assert all(part in found for part in ("需要再次核查", "本行政机关负责人", "2026年5月13日", "2026年5月27日"))


def test_an_extension_into_an_unpublished_year_is_marked(house):
    version = make_item_version(house.department, promise=(25, "workday"), statute=(25, "workday"), steps=())
    case = accepted_case(house, version, at=moment("2026-11-20 09:00"))
    case = actions.extend(case, by=house.chief, at=moment("2026-11-20 10:00"), reason="需要再次核查")
    assert "预计：放假安排公布后可能调整" in text(case, K.EXTENSION_NOTICE)


def test_the_hearing_names_matter_and_the_days_to_ask(house):
    case = actions.give_hearing_notice(accepted_case(house), by=house.approver, at=FRIDAY, matter="涉及相邻关系")
    found = text(case, K.HEARING_NOTICE)
    assert "涉及相邻关系" in found
    assert "5个工作日内" in found


# --- 决定和送达 ------------------------------------------------------------------------------------------------------


def test_a_grant_names_result_and_the_three_days(made):
    found = text(made("granted"), K.DECISION_GRANT)
    assert all(part in found for part in ("测试许可证", "2026年4月13日", "2026年4月17日", "准予"))


def test_a_grant_carries_the_remark(house):
    case = actions.grant(accepted_case(house), by=house.approver, at=FRIDAY, reason="限经营预包装食品")
    assert "说明：限经营预包装食品" in text(case, K.DECISION_GRANT)


def test_a_denial_gives_reason_and_ways_to_object(made):
    found = text(made("denied"), K.DECISION_DENY)
    assert "面积不符合规定" in found
    assert "六十日内申请行政复议" in found
    assert "六个月内提起行政诉讼" in found


def test_several_reasons_are_all_there(house):
    case = actions.deny(accepted_case(house), by=house.approver, at=FRIDAY, reason="面积不符\n\n没有技术人员")
    found = text(case, K.DECISION_DENY)
    assert "面积不符" in found
    assert "没有技术人员" in found


@pytest.mark.parametrize(
    ("method", "tracking", "words_"),
    [
        (DeliveryMethod.COLLECTED, "", "窗口领取"),
        (DeliveryMethod.POSTED, "EMS20260417", "EMS20260417"),
        (DeliveryMethod.BROUGHT, "", "上门送达"),
    ],
)
def test_delivery_names_the_way(house, method, tracking, words_):
    case = actions.deliver(granted(house), by=house.clerk, at=FRIDAY, method=method, tracking=tracking)
    assert words_ in text(case, K.DELIVERY_RECEIPT)


def test_delivery_lists_the_decision_by_its_number(made):
    case = made("delivered")
    assert number(case, K.DECISION_GRANT) in text(case, K.DELIVERY_RECEIPT)


def test_an_unsigned_delivery_leaves_room_for_the_moment(house):
    case = actions.deliver(
        granted(house), by=house.clerk, at=FRIDAY, method=DeliveryMethod.POSTED, tracking="E1", signed=False
    )
    assert "年月日时分" in text(case, K.DELIVERY_RECEIPT)


# --- 终止办理 --------------------------------------------------------------------------------------------------------


def test_withdrawal_says_that_the_applicant_asked(house):
    found = text(withdrawn(house), K.TERMINATION)
    assert "你（单位）已申请撤回，本机关自2026年4月17日起终止办理" in found
    assert "行政复议" not in found


def test_an_officers_ending_gives_reason_and_ways_to_object(house):
    found = text(lapsed(house), K.TERMINATION)
    assert "本机关于2026年6月1日决定终止办理" in found
    assert "逾期没有补正" in found
    assert "六十日内申请行政复议" in found


def test_what_lapses_names_the_rule_and_ways_to_object(house):
    lapse_rule(house)
    found = text(actions.lapse(noticed(house), at=LATER), K.TERMINATION)
    assert "依照某市政务服务条例第三十六条视为撤回申请" in found
    assert "六十日内申请行政复议" in found


def test_a_return_gives_its_reason_and_ways_to_object(house):
    found = text(returned(house), K.TERMINATION)
    assert "材料不真实" in found
    assert "六个月内提起行政诉讼" in found


def test_a_waived_material_is_marked_on_the_receipt(house):
    version = make_item_version(house.department)
    form = application(version)
    lines = [type(m)(material=m.material, state=MaterialState.WAIVED) for m in form.materials]
    assert "免交" in text(
        actions.register(application(version, materials=lines), by=house.clerk, at=TUESDAY), K.RECEIPT
    )


def test_a_pause_for_two_grounds_is_two_papers(house):
    case = actions.pause(
        paused(house), by=house.approver, at=FRIDAY, ground=house.ground("testing"), notified_days=7, reason="送检"
    )
    assert case.documents.filter(kind=K.SPECIAL_PROCEDURE).count() == 2
    assert "检测" in text(case, K.SPECIAL_PROCEDURE)
