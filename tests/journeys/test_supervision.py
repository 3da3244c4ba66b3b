"""A rule is tried on the past, switched on and followed to the case; a clerk appeals a card and wins."""

from datetime import timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.cases.actions.lateness import sweep
from approvals.catalogue.enums import LimitUnit
from hall.dashboard import rolling
from hall.facts.periods import holding
from hall.ledger import numbers
from hall.ledger.models import Event
from hall.supervision import simulation
from hall.supervision.actions import rules
from hall.supervision.models import Card, SuperviseRule
from tests.builders import accepted_case, make_item_version
from tests.hall.supervision.builders import second_supervisor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def late_last_month(hall):
    """A case whose promise of one day ran out in the month before this one, and which is open still."""
    now = timezone.now()
    month = holding("month", timezone.localdate(now)).previous()
    promise, statute = (1, LimitUnit.WORKDAY), (90, LimitUnit.WORKDAY)
    version = make_item_version(hall.department, promise=promise, statute=statute, steps=())
    case = accepted_case(hall, version, at=month.start + timedelta(days=10, hours=10))
    sweep(at=now)
    rolling.rebuild(now)
    return case, month


def raised_by_the_watch(hall, case, month):
    """The card of the late case, raised by the rule as the scheduler raises it."""
    now = timezone.now()
    draft = rules.draft(SuperviseRule.objects.get(code="over_promise"), by=hall.supervisor, at=now)
    simulation.try_on([draft], month, by=hall.supervisor, at=now)
    rules.switch_on(draft, applies_from=month.first, by=hall.supervisor, at=now)
    call_command("watch", stdout=StringIO())
    return Card.objects.get(docket=case.docket)


def try_and_switch_on(supervisor, case, month):
    """From the rule's page over a draft and its trial to the day it is in force from."""
    supervisor.go("/supervision/rules/over_promise/")
    supervisor.sees("超过承诺期限", "样本")
    supervisor.send("起草新版本")
    supervisor.sees("修改草稿：超过承诺期限", "黄牌")
    supervisor.send("保存，去试算")
    supervisor.type("期间", month.code)
    supervisor.send("试算")
    supervisor.sees("会发 1 张黄牌。", case.department.name, numbers.grouped(case.docket), "没有发牌")
    assert not Card.objects.exists()
    supervisor.enter(supervisor.page.get_by_role("link", name="启用“超过承诺期限”"))
    supervisor.no_violations()
    supervisor.page.get_by_label("施行日期").fill(f"{month.first:%Y-%m-%d}")
    supervisor.send("启用")
    supervisor.sees("“超过承诺期限”已启用。")


def export(supervisor, purpose):
    """Take the list as a workbook; the rows of its only sheet."""
    supervisor.enter(supervisor.page.get_by_role("link", name="导出", exact=True))
    supervisor.sees("用途", "记入事件账")
    supervisor.type("用途", purpose)
    with supervisor.page.expect_download() as taken:
        supervisor.page.get_by_role("button", name="导出", exact=True).press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")
    return list(openpyxl.load_workbook(BytesIO(taken.value.path().read_bytes())).active.iter_rows())


def test_a_supervisor_tries_a_rule_on_last_month_switches_it_on_and_follows_a_number_to_the_case(hall, enter):
    case, month = late_last_month(hall)
    supervisor = enter("supervisor")
    supervisor.log_in(hall.supervisor)
    try_and_switch_on(supervisor, case, month)
    call_command("watch", stdout=StringIO())
    supervisor.go("/supervision/")
    supervisor.sees("黄 1", Card.objects.get().number)

    supervisor.go("/dashboard/")
    supervisor.sees("看板", "五个零", "未结已超期 1 件")
    supervisor.enter(supervisor.page.get_by_role("link", name="未结已超期 1 件，不在分母内").first)
    supervisor.sees("未结已超期", "怎么算的", "共 1 件", numbers.grouped(case.docket))
    here = supervisor.page.url
    supervisor.page.keyboard.press("ArrowDown")
    supervisor.press("Enter")
    supervisor.sees("经过", "超承诺")
    assert supervisor.path == f"/work/cases/{case.docket}/"

    supervisor.page.goto(here)
    mark, title, *_, head, row = export(supervisor, "月度通报附表")
    assert hall.supervisor.display_name in mark[0].value
    assert "用途：月度通报附表" in mark[0].value
    assert title[0].value == "未结已超期"
    cells = dict(zip((cell.value for cell in head), row, strict=True))
    assert (cells["办件编号"].data_type, cells["办件编号"].value) == ("s", case.docket)
    assert cells["收件"].is_date
    assert cells["期限"].is_date
    event = Event.objects.get(kind="exports.taken")
    assert (event.actor, event.data["reason"], event.data["rows"]) == (hall.supervisor, "月度通报附表", 1)


def test_a_clerk_appeals_the_card_of_a_late_case_and_wins(hall, enter):
    case, month = late_last_month(hall)
    card = raised_by_the_watch(hall, case, month)
    clerk, first, second = enter("clerk"), enter("first"), enter("second")
    for visitor, user in ((clerk, hall.clerk), (first, hall.supervisor), (second, second_supervisor(hall))):
        visitor.log_in(user)
    here = f"/supervision/cards/{card.pk}/"
    clerk.go("/work/cards/")
    clerk.sees(card.number, "待反馈")
    clerk.page.keyboard.press("ArrowDown")
    clerk.press("Enter")
    clerk.sees("行政效能监察黄牌通知书", "还有 5 个工作日", numbers.grouped(case.docket))
    clerk.enter(clerk.page.get_by_role("link", name="反馈", exact=True))
    clerk.type("反馈", "等申请人补来的材料，有告知书。")
    clerk.no_violations()
    clerk.send("反馈")
    clerk.sees("反馈已提交。")

    first.go(here)
    first.enter(first.page.get_by_role("link", name="认定成立"))
    first.type("意见", "没有看到告知书。")
    first.no_violations()
    first.send("认定成立")
    clerk.go(here)
    clerk.enter(clerk.page.get_by_role("link", name="申诉", exact=True))
    clerk.type("申诉理由", "告知书在电子卷宗第 7 页。")
    clerk.no_violations()
    clerk.send("申诉")

    first.go(here)
    first.sees("申诉由第二人裁定")
    second.go(here)
    second.enter(second.page.get_by_role("link", name="撤销", exact=True))
    second.page.get_by_label("撤销理由").select_option("mistaken")
    second.type("意见", "告知书属实。")
    second.no_violations()
    second.send("撤销")
    second.sees("申诉后撤销", "裁定撤销")
    clerk.go(here)
    clerk.sees("申诉后撤销", "认定有误", "没有看到告知书", "电子卷宗第 7 页", "告知书属实")
    clerk.page.set_viewport_size({"width": 375, "height": 740})
    assert clerk.width() <= 375
