"""The page of each deed: it asks, it does, it refuses in words, and it never overwrites what somebody else did."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.doings import BY_NAME
from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from approvals.cases.views.act_table import TABLE
from tests.approvals.cases.acting import (
    BAD_IDENTITY,
    ONE_ROW,
    ROWS,
    Sent,
    as_user,
    corrected,
    deferrable,
    delivered,
    granted,
    incomplete,
    materials_of,
    nothing,
    noticed,
    now,
    offered,
    overdue,
    paused,
    post,
    received,
    returning,
    reviewing,
    special,
    url,
    words,
)
from tests.builders import Hall, accepted_case, make_item_version

pytestmark = pytest.mark.django_db


DOES: list[tuple[str, Callable[[Hall], Case], str, Sent, str]] = [
    ("accept", received, "clerk", nothing, "reviewing"),
    ("accept_with_promise", deferrable, "clerk", lambda _, c: {"deferred": materials_of(c)[-1:]}, "reviewing"),
    (
        "notify_supplement", incomplete, "clerk",
        words(**ROWS, **ONE_ROW),
        "supplementing",
    ),
    ("supplement", noticed, "clerk", lambda _, c: {"received": materials_of(c), "complete": "yes"}, "reviewing"),
    ("tell_not_required", received, "clerk", words(reason="不需要许可"), "not_required"),
    ("refuse", received, "clerk", words(reason="省级实施", organ_name="省药品监督管理局"), "refused"),
    ("pause", reviewing, "approver", lambda h, _: special(h, 3), "paused"),
    ("resume", paused, "approver", lambda h, _: {"ground": h.ground().pk}, "reviewing"),
    ("extend", reviewing, "chief", words(reason="案情复杂"), "reviewing"),
    ("give_hearing_notice", reviewing, "approver", words(matter="涉及相邻人重大利益"), "reviewing"),
    (
        "inspect", reviewing, "approver",
        lambda h, _: {
            "first": h.approver.staff_id, "second": h.second.staff_id, "passed": "yes", "finding": "布局与图纸一致",
            "inspected_at": timezone.localtime(now()).strftime("%Y-%m-%dT%H:%M"),
        },
        "reviewing",
    ),
    ("complete_step", reviewing, "approver", words(opinion="材料属实"), "reviewing"),
    (
        "receive_material", incomplete, "clerk",
        lambda _, c: {
            "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 2,
            "rows-0-material": materials_of(c)[0], "rows-0-state": "received", "rows-0-copies": 2,
            "rows-1-material": materials_of(c)[1], "rows-1-state": "",
        },
        "received",
    ),
    ("propose_correction", reviewing, "clerk", words(field="channel", value="邮寄", reason="录错"), "reviewing"),
    (
        "review_correction", corrected, "approver",
        lambda _, c: {"correction": str(c.corrections.get().pk), "agreed": "yes"}, "reviewing",
    ),
    ("hand_over", reviewing, "clerk", lambda h, _: {"to": h.other_clerk.staff_id, "reason": "轮岗"}, "reviewing"),
    ("answer_hand_over", offered, "other_clerk", words(accepted="yes"), "reviewing"),
    (
        "charge_fee", reviewing, "clerk",
        words(fee_item="none", amount="10.00", receipt_number="冀0001"), "reviewing",
    ),
    ("propose_return", reviewing, "clerk", words(reason="重复申请"), "returning"),
    ("review_return", returning, "approver", words(agreed="yes"), "returned"),
    ("decide", reviewing, "approver", words(granted="yes", result="测试许可证"), "granted"),
    ("deliver", granted, "clerk", words(method="collected", signed="on"), "delivered"),
    ("withdraw", reviewing, "clerk", nothing, "withdrawn"),
    ("end_unsupplemented", overdue, "approver", words(reason="逾期未补"), "lapsed"),
    ("void", reviewing, "chief", words(reason="重复录入"), "voided"),
    ("archive", delivered, "clerk", nothing, "archived"),
    ("renew_code", reviewing, "clerk", words(reason="凭证遗失"), "reviewing"),
]  # fmt: skip
NAMES = [row[0] for row in DOES]


def test_every_deed_is_in_the_table_below() -> None:
    assert set(NAMES) == set(TABLE) == set(BY_NAME)


@pytest.mark.parametrize(("name", "made", "who", "sent", "state"), DOES, ids=NAMES)
def test_it_asks_and_it_does(hall, name, made, who, sent, state):
    case, user = made(hall), getattr(hall, who)
    asked = as_user(user).get(url(case, name))
    assert (asked.status_code, "consequence" in asked.content.decode()) == (200, True)
    answer = post(user, case, name, **sent(hall, case))
    assert answer.status_code == 302, answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize(("name", "made", "who", "sent", "state"), DOES, ids=NAMES)
def test_who_only_watches_is_refused(hall, name, made, who, sent, state):
    case = made(hall)
    assert post(hall.supervisor, case, name, **sent(hall, case)).status_code == 403
    assert Case.objects.get(pk=case.pk).state == case.state


@pytest.mark.parametrize(("name", "made", "who", "sent", "state"), DOES, ids=NAMES)
def test_another_department_finds_nothing(hall, name, made, who, sent, state):
    case, neighbour = made(hall), Hall()
    assert as_user(getattr(neighbour, who)).get(url(case, name)).status_code == 404
    assert post(getattr(neighbour, who), case, name, **sent(hall, case)).status_code == 404


@pytest.mark.parametrize(("name", "made", "who", "sent", "state"), DOES, ids=NAMES)
def test_a_page_opened_before_a_change_gets_409(hall, name, made, who, sent, state):
    case = made(hall)
    answer = as_user(getattr(hall, who)).post(url(case, name), {**sent(hall, case), "version": case.version - 1})
    assert answer.status_code == 409
    assert Case.objects.get(pk=case.pk).version == case.version


# --- the wrong role in the right department ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "made", "who"),
    [
        ("accept", received, "approver"),
        ("refuse", received, "approver_elsewhere"),
        ("pause", reviewing, "clerk"),
        ("extend", reviewing, "approver"),
        ("decide", reviewing, "clerk"),
        ("void", reviewing, "clerk"),
        ("deliver", granted, "approver"),
        ("review_correction", corrected, "clerk"),
        ("review_return", returning, "clerk"),
        ("hand_over", reviewing, "other_clerk"),
        ("answer_hand_over", offered, "clerk"),
        ("charge_fee", reviewing, "approver"),
        ("end_unsupplemented", overdue, "clerk"),
    ],
)
def test_the_wrong_role_gets_the_sentence_who_may(hall, name, made, who):
    user = getattr(hall, who, None) or Hall().approver
    answer = as_user(user).get(url(made(hall), name))
    assert answer.status_code == (404 if who.endswith("elsewhere") else 403)


def test_who_accepted_does_not_decide(hall):
    case = actions.accept(received(hall), by=hall.chief, at=now())
    answer = post(hall.chief, case, "decide", granted="yes")
    assert (answer.status_code, "受理和决定不能是同一人" in answer.content.decode()) == (403, True)


def test_a_stranger_is_sent_to_log_in(hall):
    answer = Client().get(url(received(hall), "accept"))
    assert (answer.status_code, answer["Location"].startswith("/login/")) == (302, True)


@pytest.mark.parametrize("name", ["accept", "pause"])
def test_nobody_deletes(hall, name):
    assert as_user(hall.clerk).delete(url(received(hall), name)).status_code == 405


@pytest.mark.parametrize("docket", ["130302001220990101000017", "x", "a" * 25])
def test_an_unknown_number_is_not_found(hall, docket):
    assert as_user(hall.clerk).get(f"/work/cases/{docket}/accept/").status_code == 404


@pytest.mark.parametrize("path", ["%00/accept", "1/no_such_deed", "a%20b/accept", "../accept"])
def test_odd_addresses_are_not_found(hall, path):
    assert as_user(hall.clerk).get(f"/work/cases/{path}/").status_code == 404


# --- what is wrong, in words, beside its field ------------------------------------------------------------------------

WRONG: list[tuple[str, Callable[[Hall], Case], str, Sent, str]] = [
    ("accept", incomplete, "clerk", nothing, "还缺必要材料：申请书、营业执照复印件"),
    ("accept_with_promise", deferrable, "clerk", nothing, "请选择容缺后补的材料"),
    ("accept_with_promise", deferrable, "clerk", words(deferred=["999999"]), "请从列出的容缺后补的材料里选一个"),
    ("notify_supplement", incomplete, "clerk", words(**ROWS), "请至少填一行要补的内容"),
    ("notify_supplement", incomplete, "clerk", words(**ROWS, **{"rows-0-name": "申请书"}), "第 1 行：请填写怎么补"),
    ("notify_supplement", noticed, "clerk", words(**ROWS, **ONE_ROW), "请填写再次告知的理由"),
    ("supplement", noticed, "clerk", words(complete="yes"), "还没有补齐：申请书、营业执照复印件"),
    ("supplement", noticed, "clerk", words(complete="no"), "请勾选收到的材料"),
    ("supplement", noticed, "clerk", nothing, "请选择补齐情况"),
    ("tell_not_required", received, "clerk", words(reason=" "), "请填写理由"),
    ("refuse", received, "clerk", words(reason="省级实施"), "请填写应当向哪个机关申请"),
    ("pause", reviewing, "approver", words(reason="评审", notified_days=3), "请选择事由"),
    ("pause", reviewing, "approver", words(ground="999", notified_days=3, reason="评审"), "请从列出的事由里选一个"),
    ("pause", reviewing, "approver", lambda h, _: special(h, 0), "不能小于 1"),
    ("pause", reviewing, "approver", lambda h, _: special(h, "三"), "要填数字"),
    ("extend", reviewing, "chief", words(reason="联系 13800000000"), "这里不要写证件号、手机号"),
    ("inspect", reviewing, "approver", lambda h, _: {
        "first": h.approver.staff_id, "second": h.approver.staff_id, "passed": "yes", "finding": "一致",
        "inspected_at": timezone.localtime(now()).strftime("%Y-%m-%dT%H:%M")}, "须由两名以上工作人员进行"),
    ("inspect", reviewing, "approver", lambda h, _: {
        "first": h.approver.staff_id, "second": h.second.staff_id, "passed": "yes", "finding": "一致",
        "inspected_at": "2099-01-01T09:00"}, "核查时间不能晚于现在"),
    ("inspect", reviewing, "approver", words(inspected_at="昨天"), "核查时间要写成"),
    ("complete_step", reviewing, "approver", nothing, "请填写办理意见"),
    ("receive_material", incomplete, "clerk", lambda _, c: {
        "rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 2,
        **{f"rows-{n}-material": pk for n, pk in enumerate(materials_of(c))}}, "没有改动"),
    ("propose_correction", reviewing, "clerk", words(field="channel", value="信鸽", reason="错"), "请从列表中选择渠道"),
    ("propose_correction", reviewing, "clerk", words(field="identity", value=BAD_IDENTITY, reason="错"), "身份证号码"),
    ("propose_correction", reviewing, "clerk", words(field="phone", value="123", reason="录错"), "手机号码应为11位"),
    ("propose_correction", reviewing, "clerk", words(field="accepted_at", value="昨天", reason="错"), "年-月-日 时:分"),
    ("review_correction", corrected, "approver", lambda _, c: {
        "correction": str(c.corrections.get().pk), "agreed": "no"}, "不同意更正请写明意见"),
    ("hand_over", reviewing, "clerk", words(to="999999", reason="轮岗"), "请从列出的接收人里选一个"),
    ("review_return", returning, "approver", words(agreed="no"), "不同意退件请写明意见"),
    ("decide", reviewing, "approver", nothing, "请选择决定"),
    ("decide", reviewing, "approver", words(granted="no"), "不予许可必须说明理由"),
    ("deliver", granted, "clerk", words(method="posted"), "邮寄送达请填寄递单号"),
    ("deliver", granted, "clerk", words(method="pigeon"), "请从列出的送达方式里选一个"),
    ("end_unsupplemented", noticed, "approver", words(reason="逾期"), "期限还没有过"),
    ("void", reviewing, "chief", nothing, "请填写理由"),
    ("renew_code", reviewing, "clerk", nothing, "请填写换发理由"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "made", "who", "sent", "sentence"), WRONG, ids=[f"{w[0]}-{w[4][:8]}" for w in WRONG])
def test_bad_input_is_told_in_a_sentence(hall, name, made, who, sent, sentence):
    case = made(hall)
    answer = post(getattr(hall, who), case, name, **sent(hall, case))
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True), answer.content.decode()[-6000:]
    assert Case.objects.get(pk=case.pk).version == case.version


def test_what_was_typed_is_still_there(hall):
    case = reviewing(hall)
    answer = post(hall.approver, case, "pause", notified_days=3, reason="专家评审布局")
    assert "专家评审布局" in answer.content.decode()


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1", "\x00"])
def test_a_page_without_its_version_does_nothing(hall, version):
    case = received(hall)
    answer = as_user(hall.clerk).post(url(case, "accept"), {"version": version})
    assert answer.status_code in (409, 422)
    assert Case.objects.get(pk=case.pk).state == CaseState.RECEIVED


def test_a_nul_byte_is_told_and_not_saved(hall):
    answer = post(hall.clerk, received(hall), "tell_not_required", reason="不\x00要")
    assert (answer.status_code, "不能保存的字符" in answer.content.decode()) == (422, True)


def test_extra_fields_are_not_applied(hall):
    case = received(hall)
    post(hall.clerk, case, "accept", state="granted", handler=hall.chief.staff_id, accepted_at="2020-01-01")
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.handler_id, after.accepted_at > case.received_at) == ("reviewing", case.handler_id, True)


def test_a_ground_of_another_regime_is_not_in_the_list(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None), at=now())
    answer = post(hall.approver, case, "pause", ground=hall.ground().pk, notified_days=1, reason="评审")
    assert answer.status_code == 422


# --- stale pages ------------------------------------------------------------------------------------------------------


def test_n09_the_409_page_tells_who_changed_what(hall):
    case = reviewing(hall)
    actions.grant(case, by=hall.approver, at=now())
    text = post(hall.second, case, "decide", granted="no", reason="布局不符").content.decode()
    assert "准予" in text
    assert hall.approver.display_name in text
    assert "您这次填的内容没有保存" in text


def test_sending_the_same_page_twice_says_it_is_done(hall):
    case = received(hall)
    post(hall.clerk, case, "accept")
    answer = post(hall.clerk, case, "accept")
    assert (answer.status_code, "您刚才已经办过了" in answer.content.decode()) == (409, True)


def test_n11_handing_over_while_somebody_decides_leaves_one_of_the_two(hall):
    case = reviewing(hall)
    assert post(hall.chief, case, "hand_over", to=hall.other_clerk.staff_id, reason="轮岗").status_code == 302
    assert post(hall.approver, case, "decide", granted="yes").status_code == 409
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.handler_id) == (CaseState.REVIEWING, hall.other_clerk.staff_id)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_case_somebody_else_holds_right_now_is_told(hall):
    case = received(hall)
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            held.set()
            done.wait(20)
        connection.close()

    other = Thread(target=hold)
    other.start()
    try:
        held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        answer = post(hall.clerk, case, "accept")
    finally:
        done.set()
        other.join()
        connection.close()  # and with it the short patience
    assert (answer.status_code, "别人正在办理这件办件" in answer.content.decode()) == (422, True)
