"""What a citizen is told, for every state and situation: the sentence, the steps, whose turn, no jargon (L06)."""

import re
from datetime import time, timedelta

import pytest

from approvals.cases import actions, public_page
from approvals.cases.enums import CaseState, PartyKind
from approvals.cases.models import Case
from approvals.cases.public_page import PublicPage
from hall.organisation.models import OpeningHours
from hall.privacy.enums import IdentityKind
from tests.approvals.cases.ways import (
    FRIDAY,
    LATER,
    TUESDAY,
    WAYS,
    WEDNESDAY,
    granted,
    noticed,
    own_regime,
    paused,
    with_promise,
)  # fmt: skip
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment, person

pytestmark = pytest.mark.django_db
S = CaseState


@pytest.fixture(scope="module")
def made(house: Hall) -> dict[CaseState, Case]:
    """One case in every state, made once for the file."""
    return {state: way(house) for state, way in WAYS.items()}


def page(case: Case, at=FRIDAY) -> PublicPage:
    return public_page.build(Case.objects.get(pk=case.pk), at=at)


def sentence(case: Case, at=FRIDAY) -> str:
    shown = page(case, at)
    return shown.answer + shown.strong + shown.rest


# --- the sentence ----------------------------------------------------------------------------------------------------

SENTENCES = {
    S.RECEIVED: "已经收件，正在核对材料，4月20日（周一）前告诉您是否受理。",
    S.SUPPLEMENTING: "还缺材料，请您在4月28日（周二）前补齐。",
    S.REVIEWING: "正在审查，5月13日（周三）下班前给您结果。",
    S.PAUSED: "正在进行专家评审，这段时间不计入期限，结束后继续审查。",
    S.RETURNING: "正在审查，5月13日（周三）下班前给您结果。",
    S.GRANTED: "已经准予，5月6日（周三）前送达给您，也可以到窗口领取。",
    S.DENIED: "已作出不予许可的决定，理由和救济途径写在决定书上，请到窗口领取。",
    S.DELIVERED: "已经办结，结果已送达。",
    S.NOT_REQUIRED: "您申请的事项不需要办理许可，详见不受理告知书。",
    S.REFUSED: "您申请的事项不归本机关办理，应向哪里申请写在不予受理决定书上。",
    S.WITHDRAWN: "这件申请已经撤回。",
    S.LAPSED: "材料逾期没有补齐，这件申请已经结束。要继续办理，请重新申请。",
    S.RETURNED: "这件申请已经退回，理由写在文书上。",
    S.VOIDED: "这件登记已经作废。",
    S.ARCHIVED: "已经办结，结果已送达。",
}


@pytest.mark.parametrize("state", CaseState)
def test_the_sentence(made, state):
    assert sentence(made[state]) == SENTENCES[state]


@pytest.mark.parametrize("state", CaseState)
def test_the_sentence_is_one_whole_sentence(made, state):
    """No gap where a day is missing, no second full stop, no comma at the end."""
    assert re.fullmatch(r"[^。，][^。]*。([^。]+。)?", sentence(made[state]))
    assert "请您在前" not in sentence(made[state])
    assert "，前" not in sentence(made[state])


JARGON = ("停表", "容缺", "即办", "补正", "退件", "流转", "节点", "经办人", "首问", "工作流", "状态", "系统")


@pytest.mark.parametrize("state", CaseState)
def test_no_jargon(made, state):
    shown = page(made[state])
    said = sentence(made[state]) + shown.turn.title + shown.turn.text + "".join(text for _, text in shown.happened)
    assert [word for word in JARGON if word in said] == []


# --- items without limits or with others -----------------------------------------------------------------------------


@pytest.fixture
def free(house):
    """An item of no regime, with neither promise nor statute."""
    return make_item_version(house.department, regime=None, promise=None, statute=None, steps=())


def test_received_without_a_notice_limit_names_no_day(house, free):
    assert sentence(make_case(house, free)) == "已经收件，正在核对材料，核对完就告诉您是否受理。"


def test_under_review_without_a_limit_names_no_day(house, free):
    assert sentence(accepted_case(house, free)) == "正在审查，按规定期限给您结果。"


def test_granted_without_a_delivery_limit_names_no_day(house, free):
    case = actions.grant(accepted_case(house, free), by=house.approver, at=FRIDAY)
    assert sentence(case) == "已经准予，近日送达给您，也可以到窗口领取。"


def test_asked_for_more_without_a_day_is_still_a_sentence(house):
    case = noticed(house)
    case.notices.update(due_on=None)
    assert sentence(case) == "还缺材料，请您尽快补齐。"


def test_a_promised_material_does_not_hide_the_day_of_the_decision(house):
    assert sentence(with_promise(house)) == SENTENCES[S.REVIEWING]


def test_a_promised_material_is_not_the_day_of_the_result(house):
    """Nothing but the supplement has a day here; it is the applicant's day, not the hall's."""
    own_regime()
    version = make_item_version(
        house.department, regime="local-rule", promise=None, statute=None, steps=(), deferrable=("场地证明",)
    )
    case = make_case(house, version)
    late = version.materials.get(name="场地证明")
    case = actions.accept_with_promise(case, by=house.clerk, at=MONDAY, deferred=[late.pk])
    assert sentence(case) == "正在审查，按规定期限给您结果。"


def test_a_return_before_acceptance_promises_no_result(house):
    case = actions.propose_return(noticed(house), by=house.clerk, at=WEDNESDAY, reason="材料不真实")
    assert sentence(case) == "还缺材料，请您尽快补齐。"


def test_two_procedures_are_both_named(house):
    case = actions.pause(
        paused(house), by=house.approver, at=FRIDAY, ground=house.ground("testing"), notified_days=7, reason="送检"
    )
    assert sentence(case).startswith("正在进行专家评审、检测，")


# --- when the hall is late, it says so -------------------------------------------------------------------------------

LATE = "（比原定的日子晚了，我们正在抓紧）"
LATENESS = [
    (S.RECEIVED, "2026-04-20 23:59:59", False),
    (S.RECEIVED, "2026-04-21 00:00", True),
    (S.REVIEWING, "2026-05-13 23:59:59", False),
    (S.REVIEWING, "2026-05-14 00:00", True),
    (S.RETURNING, "2026-05-14 00:00", True),
    (S.GRANTED, "2026-05-06 23:59:59", False),
    (S.GRANTED, "2026-05-07 00:00", True),
]


@pytest.mark.parametrize(("state", "at", "late"), LATENESS)
def test_late_from_midnight_after_the_last_day(made, state, at, late):
    assert (LATE in sentence(made[state], moment(at))) is late


def test_the_applicant_is_told_kindly_that_the_day_has_passed(made):
    assert (
        sentence(made[S.SUPPLEMENTING], LATER)
        == "还缺材料，请您在4月28日（周二）前补齐。这个日子已经过了，请尽快联系窗口。"
    )


@pytest.mark.parametrize("state", [S.DENIED, S.DELIVERED, S.WITHDRAWN, S.PAUSED])
def test_what_waits_for_nothing_is_never_late(made, state):
    assert LATE not in sentence(made[state], LATER)


# --- the five steps --------------------------------------------------------------------------------------------------

STEPS = {
    S.RECEIVED: "✓收件 ●受理 审查 决定 送达",
    S.SUPPLEMENTING: "✓收件 ●受理 审查 决定 送达",
    S.REVIEWING: "✓收件 ✓受理 ●审查 决定 送达",
    S.PAUSED: "✓收件 ✓受理 ●审查 决定 送达",
    S.RETURNING: "✓收件 ✓受理 ●审查 决定 送达",
    S.GRANTED: "✓收件 ✓受理 ✓审查 ✓决定 ●送达",
    S.DENIED: "✓收件 ✓受理 ✓审查 ✓决定 ●送达",
    S.DELIVERED: "✓收件 ✓受理 ✓审查 ✓决定 ✓送达",
    S.ARCHIVED: "✓收件 ✓受理 ✓审查 ✓决定 ✓送达",
    S.NOT_REQUIRED: "✓收件 受理 审查 决定 送达",
    S.REFUSED: "✓收件 受理 审查 决定 送达",
    S.LAPSED: "✓收件 受理 审查 决定 送达",
    S.WITHDRAWN: "✓收件 ✓受理 审查 决定 送达",
    S.RETURNED: "✓收件 ✓受理 审查 决定 送达",
    S.VOIDED: "✓收件 ✓受理 审查 决定 送达",
}


@pytest.mark.parametrize("state", CaseState)
def test_the_steps(made, state):
    mark = {"done": "✓", "now": "●", "": ""}
    assert " ".join(mark[step.state] + step.label for step in page(made[state]).steps) == STEPS[state]


def test_each_finished_step_has_its_day_but_the_review(made):
    notes = [(step.label, step.note) for step in page(made[S.DELIVERED]).steps]
    assert notes == [("收件", "4月13日"), ("受理", "4月13日"), ("审查", ""), ("决定", "4月17日"), ("送达", "4月17日")]


# --- whose turn ------------------------------------------------------------------------------------------------------

TURNS = {
    S.RECEIVED: ("现在轮到中心", False),
    S.SUPPLEMENTING: ("现在轮到您", True),
    S.REVIEWING: ("现在轮到中心", False),
    S.PAUSED: ("现在轮到中心", False),
    S.RETURNING: ("现在轮到中心", False),
    S.GRANTED: ("请您领取结果", True),
    S.DENIED: ("请您领取结果", True),
    S.DELIVERED: ("这件办完了", False),
}


@pytest.mark.parametrize("state", TURNS)
def test_whose_turn_it_is(made, state):
    turn = page(made[state]).turn
    assert (turn.title, turn.you) == TURNS[state]


@pytest.mark.parametrize("state", [s for s in CaseState if s not in TURNS])
def test_what_has_ended_asks_nothing_of_the_citizen(made, state):
    turn = page(made[state]).turn
    assert (turn.you, turn.items) == (False, ())


def test_what_is_missing_is_listed_with_how_to_mend_it(made):
    assert page(made[S.SUPPLEMENTING]).turn.items == ("营业执照复印件：加盖公章后补交",)


def test_only_the_last_notice_is_listed(house):
    case = actions.notify_supplement(
        noticed(house), by=house.clerk, at=FRIDAY, items=[{"name": "图纸", "requirement": "补交"}], reason="新问题"
    )
    assert page(case).turn.items == ("图纸：补交",)


def test_a_promised_material_is_asked_for_with_its_day(house):
    turn = page(with_promise(house)).turn
    assert (turn.title, turn.items, turn.you) == ("请您补交", ("场地证明",), True)
    assert "4月20日（周一）" in turn.text


@pytest.mark.parametrize("end", ["withdraw", "deny", "end_unsupplemented"])
def test_nobody_is_asked_for_papers_of_a_case_that_is_over(house, end):
    case = with_promise(house)
    verbs = {
        "withdraw": lambda: actions.withdraw(case, by=house.clerk, at=FRIDAY),
        "deny": lambda: actions.deny(case, by=house.approver, at=FRIDAY, reason="不符合"),
        "end_unsupplemented": lambda: actions.end_unsupplemented(case, by=house.approver, at=LATER, reason="未补"),
    }
    assert page(verbs[end](), LATER).turn.title != "请您补交"


# --- why that day, what happened -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (S.RECEIVED, "4月20日（周一）"),
        (S.SUPPLEMENTING, "4月28日（周二）"),
        (S.REVIEWING, "5月13日（周三）"),
        (S.PAUSED, ""),
        (S.GRANTED, "5月6日（周三）"),
        (S.DELIVERED, ""),
        (S.WITHDRAWN, ""),
    ],
)
def test_the_day_that_is_explained_is_the_day_that_is_named(made, state, why):
    assert page(made[state]).why == why


@pytest.mark.parametrize("state", [S.RECEIVED, S.SUPPLEMENTING, S.REVIEWING, S.PAUSED, S.RETURNING, S.GRANTED])
def test_a_running_day_is_explained(made, state):
    assert page(made[state]).explanation.lines


@pytest.mark.parametrize("state", [S.DELIVERED, S.REFUSED, S.VOIDED, S.ARCHIVED, S.DENIED])
def test_where_no_day_runs_nothing_is_explained(made, state):
    assert page(made[state]).explanation is None


HAPPENED = {
    S.RECEIVED: ["收到您的申请"],
    S.SUPPLEMENTING: ["一次性告知您要补的材料", "收到您的申请"],
    S.PAUSED: ["进入特别程序，停止计时", "受理", "收到您的申请"],
    S.DELIVERED: ["送达", "准予", "受理", "收到您的申请"],
    S.NOT_REQUIRED: ["告知您这件事不需要办理许可", "收到您的申请"],
    S.REFUSED: ["决定不予受理", "收到您的申请"],
    S.LAPSED: ["材料逾期没有补齐，终止办理", "一次性告知您要补的材料", "收到您的申请"],
    S.RETURNED: ["退回申请", "受理", "收到您的申请"],
    S.VOIDED: ["登记作废", "受理", "收到您的申请"],
    S.WITHDRAWN: ["按您的要求撤回申请", "受理", "收到您的申请"],
}


@pytest.mark.parametrize("state", HAPPENED)
def test_what_happened_newest_first(made, state):
    assert [text for _, text in page(made[state]).happened] == HAPPENED[state]


def test_what_only_concerns_the_hall_is_not_told(house):
    case = actions.hand_over(
        accepted_case(house), by=house.chief, at=TUESDAY, to=house.other_clerk.staff, reason="调班"
    )
    actions.propose_return(case, by=house.clerk, at=WEDNESDAY, reason="材料不真实")
    assert [text for _, text in page(case).happened] == ["受理", "收到您的申请"]


# --- nothing that identifies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张小明", "张＊＊"), ("李四", "李＊"), ("欧阳小明", "欧阳＊＊"), ("阿卜杜拉·买买提", None), ("John Smith", None)],
)
def test_a_persons_name_is_masked(house, name, shown):
    applicant = page(make_case(house, applicant=person(name))).applicant
    assert applicant != name
    assert shown is None or applicant.replace("*", "＊") == shown


def test_an_organisations_name_is_masked(house):
    firm = person("秦皇岛市测试商贸有限公司", identity_kind=IdentityKind.USCC, identity="91130302MA07XXXX00")
    firm = type(firm)(**{**{f: getattr(firm, f) for f in firm.__slots__}, "kind": PartyKind.ORGANISATION})
    assert page(make_case(house, applicant=firm)).applicant != "秦皇岛市测试商贸有限公司"


@pytest.mark.parametrize("state", CaseState)
def test_the_page_holds_no_number_of_the_applicant_and_no_clerks_name(house, made, state):
    shown, party = str(page(made[state])), made[state].parties.get()
    for secret in (party.identity, party.identity[-6:], party.phone, party.name, house.clerk.staff.name):
        assert secret not in shown.replace(made[state].docket, "")


# --- whom to ask -----------------------------------------------------------------------------------------------------


def test_the_window_and_its_telephone(house, made):
    contact = page(made[S.RECEIVED]).contact
    assert contact.place == f"{house.center.name} {house.window.number} 号窗口"
    assert contact.phone == "0335-3000001"


def test_without_a_window_the_department_is_named(house):
    case = make_case(house)
    Case.objects.filter(pk=case.pk).update(window=None)
    assert page(case).contact.place == f"{house.center.name} 行政审批局"


def test_opening_hours_are_those_of_the_center(house, made):
    OpeningHours.objects.create(center=house.center, weekday=1, opens=time(8, 30), closes=time(17))
    assert any("8:30" in hours for _, hours in page(made[S.RECEIVED]).contact.hours)


def test_a_full_supplement_is_told_as_acceptance(house):
    case = noticed(house)
    materials = [row.material_id for row in case.materials.all()]
    case = actions.supplement(case, by=house.clerk, at=FRIDAY, received=materials, complete=True)
    assert page(case).happened[0][1] == "收齐您补的材料，受理"


def test_a_part_of_the_supplement_is_told_as_what_it_is(house):
    case = actions.supplement(noticed(house), by=house.clerk, at=FRIDAY, received=[], complete=False)
    assert page(case).happened[0][1] == "收到您补的材料"


# --- the page is of one moment ---------------------------------------------------------------------------------------


def test_building_the_page_changes_nothing(made):
    before = Case.objects.filter(pk=made[S.REVIEWING].pk).values().get()
    page(made[S.REVIEWING], LATER)
    assert Case.objects.filter(pk=made[S.REVIEWING].pk).values().get() == before


def test_a_pause_that_ended_is_seen_in_the_new_day(house):
    case = actions.resume(paused(house), by=house.approver, at=moment("2026-04-22 11:00"), ground=house.ground())
    assert sentence(case, FRIDAY + timedelta(days=6)) == "正在审查，5月18日（周一）下班前给您结果。"


def test_granted_and_late_is_said_after_the_whole_sentence(house):
    assert sentence(granted(house), LATER).endswith(f"也可以到窗口领取。{LATE}")
