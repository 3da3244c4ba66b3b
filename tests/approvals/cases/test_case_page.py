"""The page of one case: facts, clocks, timeline, papers, parties, what may be done next and why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.case_page import page
from approvals.cases.doings import DEEDS, Verdict, doings, judge
from approvals.cases.enums import CaseState, CorrectableField, MaterialState, PartyKind
from approvals.cases.models import Case, ClockRow
from approvals.cases.situations import Situation, visible_case
from hall.access.models import User
from hall.ledger import numbers
from hall.ledger.models import Event
from hall.privacy.enums import IdentityKind
from tests.builders import (
    Hall,
    PartyFacts,
    accepted_case,
    identity_number,
    make_case,
    make_item_version,
    moment,
    person,
)

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(case: Case, rest: str = "") -> str:
    return f"/work/cases/{case.docket}/{rest}"


def text(user: User, case: Case) -> str:
    return as_user(user).get(url(case)).content.decode()


def shown(user: User, case: Case, at: str = "2026-05-13 09:00"):
    return page(Situation(visible_case(user, case.docket), user, moment(at)))


def names(doings_) -> list[str]:
    return [doing.name for doing in doings_]


def verdict(user: User, case: Case, name: str, at: str = "2026-04-14 09:00") -> tuple[Verdict, str]:
    situation = Situation(visible_case(user, case.docket), user, moment(at))
    return judge(next(deed for deed in DEEDS if deed.name == name), situation)


def reviewed(hall: Hall) -> Case:
    """The worked example: accepted 4/13, paused for expert review 4/17 to 4/22, due 5/18."""
    case = accepted_case(hall)
    ground = hall.ground()
    case = actions.pause(
        case, by=hall.approver, at=moment("2026-04-17 15:30"), ground=ground, notified_days=3, reason="专家评审布局"
    )
    return actions.resume(case, by=hall.approver, at=moment("2026-04-22 11:05"), ground=ground)


# --- who sees it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clerk", "other_clerk", "approver", "chief", "supervisor", "auditor"])
def test_the_department_and_those_who_watch_see_it(hall, who):
    assert as_user(getattr(hall, who)).get(url(make_case(hall))).status_code == 200


def test_the_administrator_sees_no_case(hall):
    assert as_user(hall.admin).get(url(make_case(hall))).status_code == 403


def test_another_department_finds_nothing(hall):
    assert as_user(Hall().approver).get(url(make_case(hall))).status_code == 404


def test_a_stranger_is_sent_to_log_in(hall):
    assert Client().get(url(make_case(hall))).status_code == 302


@pytest.mark.parametrize("path", ["130302001220990101000017", "%00", "a%20b", "é", "x" * 26])
def test_no_such_case(hall, path):
    assert as_user(hall.clerk).get(f"/work/cases/{path}/").status_code == 404


def test_reading_writes_nothing(hall):
    case = make_case(hall)
    before = (Event.objects.count(), Case.objects.get(pk=case.pk).version)
    text(hall.clerk, case)
    assert (Event.objects.count(), Case.objects.get(pk=case.pk).version) == before


def test_it_is_not_kept_in_the_browser(hall):
    assert "no-store" in as_user(hall.clerk).get(url(make_case(hall)))["Cache-Control"]


# --- head -------------------------------------------------------------------------------------------------------------


def test_the_head_says_what_it_is(hall):
    case = make_case(hall)
    body = text(hall.clerk, case)
    for word in (case.version_filed.name, "待受理", numbers.grouped(case.docket), hall.clerk.display_name, "窗口收件"):
        assert word in body


def test_names_and_numbers_are_masked(hall):
    body = text(hall.approver, make_case(hall, applicant=person("张小明", identity=identity_number(77))))
    assert "张*明" in body
    assert "138****0000" in body
    assert "张小明" not in body
    assert identity_number(77) not in body
    assert "13800000000" not in body


def test_an_organisation_and_its_proxy_are_masked(hall):
    firm = PartyFacts(
        kind=PartyKind.ORGANISATION,
        name="秦皇岛市海港区好味餐饮有限公司",
        identity_kind=IdentityKind.USCC,
        identity="91130302MA0000000K",
        legal_representative="李大海",
        address="河北省秦皇岛市海港区文化路8号",
    )
    body = text(hall.clerk, make_case(hall, applicant=firm, proxy=person("王小红", mandate="代为领取")))
    for hidden in ("好味餐饮", "91130302MA0000000K", "李大海", "文化路8号", "王小红"):
        assert hidden not in body
    assert "代为领取" in body


# --- clocks -----------------------------------------------------------------------------------------------------------


def test_the_worked_example_is_told_with_lamp_and_ruler(hall):
    clock = shown(hall.approver, reviewed(hall)).clocks[0]
    assert (clock.title, clock.css, clock.lamp) == ("决定期限", "warn", "剩 3 个工作日")
    assert "5月18日（周一）下班前" in clock.explanation.sentence
    assert [cell.number for cell in clock.explanation.cells if cell.due] == ["20"]


def test_the_page_draws_the_ruler_and_names_the_article(hall):
    body = text(hall.approver, reviewed(hall))
    assert 'class="ruler wide' in body
    assert "第四十五条" in body
    assert "劳动节放假" in body


def test_the_decision_stands_before_the_step(hall):
    assert [clock.title for clock in shown(hall.clerk, accepted_case(hall)).clocks] == ["决定期限", "环节：审查"]


def test_a_fresh_case_runs_its_notice_clock(hall):
    assert [clock.title for clock in shown(hall.clerk, make_case(hall), "2026-04-14 09:00").clocks] == ["告知期限"]


def test_a_stopped_clock_has_no_day(hall):
    case = actions.pause(
        accepted_case(hall),
        by=hall.approver,
        at=moment("2026-04-17 15:30"),
        ground=hall.ground(),
        notified_days=3,
        reason="评审",
    )
    clock = shown(hall.approver, case, "2026-04-20 09:00").clocks[0]
    assert (clock.css, clock.until, clock.lamp) == ("hold", "", "停表：专家评审 第 3 天")


def test_a_pause_beyond_what_was_told_says_so(hall):
    ground = hall.ground()
    at = moment("2026-04-17 15:30")
    case = accepted_case(hall)
    case = actions.pause(case, by=hall.approver, at=at, ground=ground, notified_days=2, reason="评审")
    assert not shown(hall.approver, case, "2026-04-21 09:00").clocks[0].overrun
    assert shown(hall.approver, case, "2026-04-22 09:00").clocks[0].overrun
    assert "停表已超过书面告知的时间" in text(hall.approver, case)


def test_the_page_agrees_with_the_rows_of_the_list(hall):
    case = reviewed(hall)
    row = ClockRow.objects.get(case=case, clock="decision")
    assert shown(hall.approver, case).clocks[0].explanation.due == row.due


def test_a_closed_case_says_that_its_limit_stopped(hall):
    case = actions.withdraw(accepted_case(hall), by=hall.clerk, at=moment("2026-04-20 09:00"))
    assert shown(hall.clerk, case).clocks == ()
    assert "期限已停" in text(hall.clerk, case)


def test_a_case_of_another_system_keeps_its_day(hall):
    case = accepted_case(hall)
    legacy = {"imported": True, "legacy_due_on": "2026-06-01", "legacy_number": "A-1"}
    Case.objects.filter(pk=case.pk).update(**legacy, statute_count=None, statute_unit="")
    assert shown(hall.clerk, case).clocks[0].explanation.due.isoformat() == "2026-06-01"


# --- timeline, papers, materials, procedure ---------------------------------------------------------------------------


def test_the_timeline_tells_newest_first_with_names(hall):
    events = shown(hall.approver, reviewed(hall)).events
    assert [event.text.split("：")[0] for event in events] == ["恢复计时", "停表", "受理", "收件"]
    assert [event.by for event in events[-2:]] == [hall.clerk.display_name] * 2


def test_what_the_clock_did_is_told_as_the_system(hall):
    case = make_case(hall, at=moment("2026-04-13 10:00"))
    actions.deem_accepted(case, at=moment("2026-04-25 00:10"))
    assert shown(hall.clerk, case).events[0].by == "系统"


def test_every_paper_is_linked(hall):
    case = reviewed(hall)
    body = text(hall.clerk, case)
    assert [f"/work/documents/{d.pk}/" in body and d.number in body for d in case.documents.all()] == [True] * 3


def test_a_void_paper_says_so(hall):
    case = actions.void(accepted_case(hall), by=hall.chief, at=moment("2026-04-20 09:00"), reason="重复录入")
    assert text(hall.chief, case).count("已作废") == 2


def test_materials_say_what_was_found(hall):
    case = make_case(hall, complete=False)
    first = case.version_filed.materials.first()
    facts = actions.MaterialFacts(material=first, state=MaterialState.RECEIVED, copies=2, original_checked=True)
    actions.receive_material(case, [facts], by=hall.clerk, at=moment("2026-04-13 11:00"))
    lines = shown(hall.clerk, case).materials
    assert (lines[0].state, lines[0].note, lines[0].ask) == ("已收", "已核原件", "2 份 原件")
    assert lines[1].state == "缺"


def test_a_promised_material_names_its_day(hall):
    version = make_item_version(hall.department, deferrable=("验资报告",))
    case = make_case(hall, version)
    last = version.materials.last()
    case = actions.accept_with_promise(case, by=hall.clerk, at=moment("2026-04-13 11:00"), deferred=[last.pk])
    assert shown(hall.clerk, case).materials[-1].note == "4月20日（周一）前补齐"


def test_the_procedure_is_told_with_who_and_why(hall):
    case = reviewed(hall)
    actions.hand_over(case, by=hall.chief, at=moment("2026-04-23 09:00"), to=hall.other_clerk.staff, reason="轮岗")
    steps = shown(hall.approver, case).procedure
    assert steps[0].what == "停表：专家评审，4月22日（周三）恢复"
    assert steps[0].who == hall.approver.display_name
    assert steps[-1].more == "轮岗"


def test_every_kind_of_procedure_is_told(hall):
    case = make_case(hall, complete=False)
    items = [{"name": "申请书", "problem": "未签名", "requirement": "补签名"}]
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=items)
    received = [m.pk for m in case.version_filed.materials.all()]
    case = actions.supplement(case, by=hall.clerk, at=moment("2026-04-15 09:00"), received=received, complete=True)
    at = moment("2026-04-16 09:00")
    case = actions.extend(case, by=hall.chief, at=at, reason="案情复杂")
    case = actions.give_hearing_notice(case, by=hall.approver, at=at, matter="重大利益")
    case = actions.complete_step(case, by=hall.approver, at=at, opinion="属实")
    case = actions.inspect(
        case, by=hall.approver, at=at, first=hall.approver.staff, second=hall.second.staff, inspected_at=at,
        passed=False, finding="布局不符",
    )  # fmt: skip
    actions.propose_correction(case, by=hall.clerk, at=at, field=CorrectableField.CHANNEL, value="post", reason="录错")
    case = actions.propose_return(Case.objects.get(pk=case.pk), by=hall.clerk, at=at, reason="重复")
    told = " ".join(step.what for step in shown(hall.approver, case).procedure)
    for word in (
        "延期 10 个工作日",
        "一次性告知，4月15日（周三）补齐",
        "听证告知",
        "现场核查：不符合",
        "环节“审查”办完",
        "提请退件：等待复核",
        "提请更正“渠道”：等待复核",
    ):
        assert word in told


def test_earlier_cases_of_the_same_person_only_where_one_may_see_them(hall):
    same = person("张小明", identity=identity_number(5))
    elsewhere = Hall()
    earlier, foreign = make_case(hall, applicant=same), make_case(elsewhere, applicant=same)
    make_case(hall, applicant=person("李四", identity=identity_number(6)))
    found = shown(hall.clerk, make_case(hall, applicant=same)).earlier
    assert [case.docket for case in found] == [earlier.docket]
    assert foreign.docket not in [case.docket for case in found]


# --- what may be done, and why not ------------------------------------------------------------------------------------


def test_a_complete_application_is_accepted_next(hall):
    main = shown(hall.clerk, make_case(hall)).main
    assert [(doing.name, doing.key) for doing in main if doing.primary] == [("accept", "A")]


def test_an_incomplete_one_is_noticed_next_and_says_what_lacks(hall):
    seen = shown(hall.clerk, make_case(hall, complete=False))
    assert [doing.name for doing in seen.main if doing.primary] == ["notify_supplement"]
    assert {d.name: d.why for d in seen.blocked}["accept"] == "还缺必要材料：申请书、营业执照复印件。"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("clerk", {"hand_over"}),
        ("approver", {"decide", "pause"}),
        ("chief", {"decide", "pause", "extend", "hand_over"}),
        ("supervisor", set()),
        ("auditor", set()),
    ],
)
def test_buttons_in_review_by_role(hall, who, expected):
    assert set(names(shown(getattr(hall, who), accepted_case(hall), "2026-04-14 09:00").main)) == expected


def test_every_deed_is_either_offered_or_explained(hall):
    seen = shown(hall.clerk, accepted_case(hall))
    told = [*seen.main, *seen.more, *seen.blocked, *seen.others_do, *seen.later]
    assert sorted(names(told)) == sorted([*(deed.name for deed in DEEDS), "ask_evaluation"])
    assert [doing.name for doing in told if not doing.allowed and not doing.why] == []


@pytest.mark.parametrize(
    ("name", "expected", "sentence"),
    [
        ("accept", Verdict.STATE, "在“待受理”“待补正”环节才能办理"),
        ("decide", Verdict.PERSON, "受理和决定不能是同一人"),
        ("pause", Verdict.PERSON, "由办件所属部门的审批人员或首席代表批准"),
        ("review_correction", Verdict.MOOT, "没有等待复核的更正"),
        ("end_unsupplemented", Verdict.MOOT, "没有等待补正"),
        ("hand_over", Verdict.READY, ""),
    ],
)
def test_why_not_for_a_clerk_in_review(hall, name, expected, sentence):
    found, why = verdict(hall.clerk, accepted_case(hall), name)
    assert (found, sentence in why) == (expected, True)


def test_after_the_due_day_there_is_no_pause_and_no_extension(hall):
    case = accepted_case(hall)
    assert verdict(hall.chief, case, "pause", "2026-06-01 09:00")[0] == Verdict.FACTS
    assert "之前批准" in verdict(hall.chief, case, "extend", "2026-06-01 09:00")[1]


def test_without_a_regime_there_is_no_consequence(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None))
    for name in ("pause", "extend", "give_hearing_notice"):
        assert verdict(hall.chief, case, name)[0] == Verdict.MOOT


def test_who_proposed_does_not_review(hall):
    case = actions.propose_return(accepted_case(hall), by=hall.approver, at=moment("2026-04-14 09:00"), reason="重复")
    assert verdict(hall.approver, case, "review_return")[0] == Verdict.FACTS
    assert verdict(hall.second, case, "review_return")[0] == Verdict.READY


def test_an_archived_case_offers_a_code_and_asks_for_an_evaluation(hall):
    at = moment("2026-04-20 09:00")
    case = actions.archive(actions.withdraw(accepted_case(hall), by=hall.clerk, at=at), by=hall.clerk, at=at)
    assert Case.objects.get(pk=case.pk).state == CaseState.ARCHIVED
    assert {d.name for d in doings(Situation(visible_case(hall.clerk, case.docket), hall.clerk, at)) if d.allowed} == {
        "renew_code", "ask_evaluation",
    }  # fmt: skip


def test_keys_are_each_used_once_and_leave_those_of_the_frame(hall):
    keys = [deed.key for deed in DEEDS if deed.key]
    assert len(keys) == len(set(keys))
    assert not set(keys) & {"J", "K", "/", "?"}


# --- unmasking --------------------------------------------------------------------------------------------------------


def test_p10_full_data_are_shown_once_after_a_reason(hall):
    case = make_case(hall, applicant=person("张小明", identity=identity_number(9)))
    answer = as_user(hall.approver).post(url(case, "unmask/"), {"reason": "核对材料上的证件号"})
    assert (answer.status_code, identity_number(9) in answer.content.decode()) == (200, True)
    assert "no-store" in answer["Cache-Control"]
    assert identity_number(9) not in text(hall.approver, case)


def test_u06_who_looked_and_why_is_on_the_record_without_the_data(hall):
    case = make_case(hall, applicant=person("张小明", identity=identity_number(9)))
    as_user(hall.approver).post(url(case, "unmask/"), {"reason": "核对证件"})
    event = Event.objects.get(kind="case.unmasked")
    assert (event.actor, event.data) == (hall.approver, {"reason": "核对证件"})


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "请填写查看理由"), ("核", "请写明查看的理由"), ("联系 13800000000", "不要写证件号"), ("长" * 201, "200")],
)
def test_p10_without_a_proper_reason_nothing_is_shown(hall, reason, sentence):
    case = make_case(hall, applicant=person("张小明", identity=identity_number(9)))
    answer = as_user(hall.clerk).post(url(case, "unmask/"), {"reason": reason})
    body = answer.content.decode()
    assert (answer.status_code, sentence in body, identity_number(9) in body) == (422, True, False)
    assert not Event.objects.filter(kind="case.unmasked").exists()


@pytest.mark.parametrize("who", ["supervisor", "auditor", "admin"])
def test_who_only_watches_sees_no_full_data(hall, who):
    assert as_user(getattr(hall, who)).post(url(make_case(hall), "unmask/"), {"reason": "看看"}).status_code == 403


def test_unmasking_needs_a_post_and_a_case_of_ones_own(hall):
    case = make_case(hall)
    assert as_user(hall.clerk).get(url(case, "unmask/")).status_code == 405
    assert as_user(Hall().clerk).post(url(case, "unmask/"), {"reason": "看看"}).status_code == 404


# --- cost -------------------------------------------------------------------------------------------------------------


def queries(user: User, case: Case) -> int:
    client = as_user(user)
    client.get(url(case))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url(case)).status_code == 200
    return len(captured)


def rich(hall: Hall, times: int) -> Case:
    """A case with `times` of everything that can repeat."""
    same = person("张小明", identity=identity_number(500 + times))
    case = accepted_case(hall, applicant=same)
    for n in range(times):
        make_case(hall, case.version_filed, applicant=same)
        day = moment("2026-04-14 09:00") + timedelta(days=n)
        ground = hall.ground()
        case = actions.pause(case, by=hall.approver, at=day, ground=ground, notified_days=1, reason="评审")
        case = actions.resume(case, by=hall.approver, at=day, ground=ground)
        to = (hall.other_clerk, hall.clerk)[n % 2]
        case = actions.hand_over(case, by=hall.chief, at=day, to=to.staff, reason="轮岗")
        actions.attach(case, by=hall.clerk, at=day, content=b"%PDF-1.7 x")
        case = actions.inspect(
            case, by=hall.approver, at=day, first=hall.approver.staff, second=hall.second.staff, inspected_at=day,
            passed=True, finding="一致",
        )  # fmt: skip
    return case


def test_the_page_costs_the_same_whatever_happened(hall):
    few, many = rich(hall, 1), rich(hall, 3)
    assert queries(hall.approver, few) == queries(hall.approver, many)


def test_the_page_asks_a_bounded_number_of_questions(hall):
    assert queries(hall.approver, rich(hall, 2)) <= 60


def test_it_is_quick(hall):
    case = rich(hall, 3)
    client = as_user(hall.approver)
    client.get(url(case))
    begun = timezone.now()
    client.get(url(case))
    assert timezone.now() - begun < timedelta(seconds=1)
