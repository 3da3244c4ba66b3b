"""A rule is tried on the past, switched on and followed to the case; a clerk appeals a card and wins."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.cases.actions.lateness import sweep
from approvals.catalogue.enums import LimitUnit
from hall.ledger import numbers
from hall.supervision.models import Card
from tests.builders import accepted_case, make_item_version
from tests.hall.supervision.builders import hand_card, second_supervisor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def overdue(hall):
    """A case whose promise of one day ran out today or in the days before."""
    now = timezone.now()
    version = make_item_version(hall.department, promise=(1, LimitUnit.WORKDAY), steps=())
    case = accepted_case(hall, version, at=now - timedelta(days=12))
    sweep(at=now)
    return case


def test_a_supervisor_tries_a_rule_on_the_past_switches_it_on_and_follows_a_number_to_the_case(hall, enter):
    case, now = overdue(hall), timezone.localtime()
    supervisor = enter("supervisor")
    supervisor.log_in(hall.supervisor)
    supervisor.go("/supervision/rules/over_promise/")
    supervisor.sees("超过承诺期限", "样本")
    supervisor.send("起草新版本")
    supervisor.sees("修改草稿：超过承诺期限", "黄牌")
    supervisor.send("保存，去试算")
    span = f"{now - timedelta(days=60):%Y-%m-%d}..{now:%Y-%m-%d}"
    supervisor.type("期间", span)
    supervisor.send("试算")
    supervisor.sees("会发 1 张黄牌。", hall.department.name, numbers.grouped(case.docket))
    trial = supervisor.path
    supervisor.enter(supervisor.page.get_by_role("link", name=numbers.grouped(case.docket)))
    assert supervisor.path == f"/work/cases/{case.docket}/"
    supervisor.go(trial)
    supervisor.enter(supervisor.page.get_by_role("link", name="启用“超过承诺期限”"))
    supervisor.page.get_by_label("施行日期").fill(f"{now - timedelta(days=60):%Y-%m-%d}")
    supervisor.send("启用")
    supervisor.sees("“超过承诺期限”已启用。")
    call_command("watch", stdout=StringIO())
    card = Card.objects.get()
    supervisor.go("/supervision/")
    supervisor.sees("黄 1", card.number)
    supervisor.enter(supervisor.page.get_by_role("link", name="黄 1"))
    supervisor.enter(supervisor.page.get_by_role("link", name="导出", exact=True))
    supervisor.type("用途", "月度通报附表")
    with supervisor.page.expect_download() as taken:
        supervisor.page.get_by_role("button", name="导出", exact=True).press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_a_clerk_appeals_a_card_and_wins(hall, enter):
    card = hand_card(hall, at=timezone.now())
    clerk, first, second = enter("clerk", phone=True), enter("first"), enter("second")
    for visitor, user in ((clerk, hall.clerk), (first, hall.supervisor), (second, second_supervisor(hall))):
        visitor.log_in(user)
    here = f"/supervision/cards/{card.pk}/"
    clerk.go("/work/cards/")
    clerk.sees(card.number, "待反馈")
    clerk.enter(clerk.page.get_by_role("link", name=card.number))
    clerk.sees("行政效能监察黄牌通知书", "还有 5 个工作日")
    assert clerk.width() <= 375
    clerk.enter(clerk.page.get_by_role("link", name="反馈", exact=True))
    clerk.type("反馈", "当时在楼上送件，有交接单。")
    clerk.send("反馈")
    first.go(here)
    first.enter(first.page.get_by_role("link", name="认定成立"))
    first.type("意见", "没有看到交接单。")
    first.send("认定成立")
    clerk.go(here)
    clerk.enter(clerk.page.get_by_role("link", name="申诉", exact=True))
    clerk.type("申诉理由", "交接单编号 7 号。")
    clerk.send("申诉")
    first.go(here)
    first.sees("申诉由第二人裁定")
    second.go(here)
    second.enter(second.page.get_by_role("link", name="撤销", exact=True))
    second.page.get_by_label("撤销理由").select_option("mistaken")
    second.type("意见", "交接单属实。")
    second.send("撤销")
    second.sees("申诉后撤销", "裁定撤销")
    clerk.go(here)
    clerk.sees("申诉后撤销", "撤销理由：认定有误。")
