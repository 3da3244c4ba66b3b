"""What a page says will follow is what follows."""

from datetime import date

import pytest

from approvals.cases import actions
from approvals.cases.consequences import consequence, until
from approvals.cases.doings import DEEDS
from approvals.cases.models import Case
from approvals.cases.situations import Situation, visible_case
from approvals.catalogue.enums import LapseSubject, LimitUnit
from approvals.catalogue.models import LapseRule
from hall.access.models import User
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
ITEMS = [{"name": "申请书", "problem": "未签名", "requirement": "补签名"}]


def told(user: User, case: Case, name: str, at: str = "2026-04-13 10:08") -> str:
    return consequence(name, Situation(visible_case(user, case.docket), user, moment(at)))


def spoken(day: date) -> str:
    return f"{day.month}月{day.day}日"


def paused(hall: Hall, ground: str = "expert_review") -> Case:
    return actions.pause(
        accepted_case(hall), by=hall.approver, at=moment("2026-04-17 15:30"), ground=hall.ground(ground),
        notified_days=3, reason="评审",
    )  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_every_deed_says_what_follows(hall, deed):
    sentence = told(hall.clerk, make_case(hall), deed.name)
    assert sentence == "" or sentence.endswith(("。", "）。"))


def test_accepting_says_limits_and_day(hall):
    sentence = told(hall.clerk, make_case(hall), "accept")
    assert "承诺 20 个工作日、法定 20 个工作日，须在 5月13日（周三）下班前作出决定" in sentence


def test_accepting_what_has_no_limit_says_so(hall):
    version = make_item_version(hall.department, promise=None, statute=None, regime=None, steps=())
    assert "这个事项没有办理期限" in told(hall.clerk, make_case(hall, version), "accept")


def test_accepting_a_limit_in_hours_names_the_hour(hall):
    version = make_item_version(hall.department, promise=(24, LimitUnit.HOUR), statute=None, regime=None, steps=())
    assert "4月14日（周二） 10:08 前" in told(hall.clerk, make_case(hall, version), "accept")


def test_a_promise_names_its_own_day_and_what_follows_from_missing_it(hall):
    version = make_item_version(hall.department, deferrable=("验资报告",))
    sentence = told(hall.clerk, make_case(hall, version), "accept_with_promise")
    assert "4月20日（周一）前补齐" in sentence
    assert "由本机关书面决定是否终止办理" in sentence


def test_a_rule_of_the_center_is_named(hall):
    LapseRule.objects.create(
        center=hall.center, subject=LapseSubject.SUPPLEMENT, rule="本市容缺受理办法", article="第九条",
        effective_from="2020-01-01", source="演示",
    )  # fmt: skip
    version = make_item_version(hall.department, deferrable=("验资报告",))
    sentence = told(hall.clerk, make_case(hall, version), "accept_with_promise")
    assert "逾期依照本市容缺受理办法第九条视为撤回申请" in sentence


def test_a_notice_names_the_day_it_will_set(hall):
    case = make_case(hall, complete=False)
    sentence = told(hall.clerk, case, "notify_supplement", "2026-04-14 09:00")
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=ITEMS)
    assert f"在 {spoken(case.notices.get().due_on)}" in sentence
    assert "只告知一次" in sentence


def test_a_second_notice_is_called_one(hall):
    case = make_case(hall, complete=False)
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=ITEMS)
    assert "这是再次告知" in told(hall.clerk, case, "notify_supplement", "2026-04-15 09:00")


def test_a_full_supplement_names_the_day_of_the_decision(hall):
    case = make_case(hall, complete=False)
    case = actions.notify_supplement(case, by=hall.clerk, at=moment("2026-04-14 09:00"), items=ITEMS)
    sentence = told(hall.clerk, case, "supplement", "2026-04-16 09:00")
    received = [m.pk for m in case.version_filed.materials.all()]
    case = actions.supplement(case, by=hall.clerk, at=moment("2026-04-16 09:00"), received=received, complete=True)
    assert spoken(case.clocks.get(clock="decision").due) in sentence


def test_a_pause_names_the_day_it_moves(hall):
    sentence = told(hall.approver, accepted_case(hall), "pause")
    assert "停几个工作日，到期日就往后移几个工作日" in sentence
    assert "现在的到期日是 5月13日（周三）下班前" in sentence


def test_resuming_names_the_new_day(hall):
    case = paused(hall)
    sentence = told(hall.approver, case, "resume", "2026-04-22 11:05")
    case = actions.resume(case, by=hall.approver, at=moment("2026-04-22 11:05"), ground=hall.ground())
    assert f"到期日改为 {spoken(case.clocks.get(clock='decision').due)}（周一）" in sentence


def test_resuming_one_of_two_says_that_it_stays_stopped(hall):
    case = actions.pause(
        paused(hall), by=hall.approver, at=moment("2026-04-20 09:00"), ground=hall.ground("testing"),
        notified_days=3, reason="检验",
    )  # fmt: skip
    assert "恢复这一项后仍然停表" in told(hall.approver, case, "resume", "2026-04-22 11:05")


def test_extending_names_both_limits(hall):
    case = accepted_case(hall)
    sentence = told(hall.chief, case, "extend", "2026-04-20 09:00")
    case = actions.extend(case, by=hall.chief, at=moment("2026-04-20 09:00"), reason="案情复杂")
    assert f"法定到期日改为 {spoken(case.clocks.get(clock='decision').statute_due)}" in sentence
    assert "承诺期限不变" in sentence


def test_extending_while_stopped_names_no_day(hall):
    assert "停表中，恢复后确定" in told(hall.chief, paused(hall), "extend", "2026-04-20 09:00")


def test_extending_without_a_regime_says_nothing(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None))
    assert told(hall.chief, case, "extend") == ""


def test_deciding_names_the_day_of_delivery(hall):
    case = accepted_case(hall)
    sentence = told(hall.approver, case, "decide", "2026-04-20 09:00")
    case = actions.grant(case, by=hall.approver, at=moment("2026-04-20 09:00"))
    assert f"准予的，须在 {spoken(case.clocks.get(clock='delivery').due)}" in sentence


def test_deciding_without_a_delivery_clock_asks_for_speed(hall):
    case = accepted_case(hall, make_item_version(hall.department, regime=None))
    assert "请及时送达" in told(hall.approver, case, "decide")


def test_what_is_owed_stands_before_the_decision(hall):
    version = make_item_version(hall.department, deferrable=("验资报告",))
    case = make_case(hall, version)
    last = version.materials.last()
    case = actions.accept_with_promise(case, by=hall.clerk, at=moment("2026-04-13 11:00"), deferred=[last.pk])
    assert told(hall.approver, case, "decide").startswith("容缺材料还没有补齐（验资报告），现在不能准予。")


def test_a_return_names_where_the_case_would_go_back(hall):
    case = actions.propose_return(accepted_case(hall), by=hall.clerk, at=moment("2026-04-14 09:00"), reason="重复")
    assert "回到“审查”环节" in told(hall.approver, case, "review_return")


def test_a_step_names_the_next_one(hall):
    assert told(hall.approver, accepted_case(hall), "complete_step") == "“审查”办完后，接着办“决定”。"


def test_the_last_step_says_that_it_is_the_last(hall):
    case = accepted_case(hall)
    case = actions.complete_step(case, by=hall.approver, at=moment("2026-04-14 09:00"), opinion="属实")
    assert "可以作出决定" in told(hall.approver, case, "complete_step")


def test_no_step_no_sentence(hall):
    assert told(hall.clerk, make_case(hall), "complete_step") == ""


def test_a_day_beyond_the_published_calendar_is_marked(hall):
    version = make_item_version(hall.department, statute=(400, LimitUnit.WORKDAY), promise=None, steps=())
    assert "（日历未公布，暂定）" in told(hall.clerk, make_case(hall, version), "accept")


def test_nothing_is_said_of_a_clock_that_does_not_run():
    assert until(None) == ""
