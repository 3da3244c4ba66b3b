"""A report asked for by hand: how far it is, and then its chapters, on the page that was left open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hall.dashboard import rolling
from hall.facts.periods import holding
from hall.reports import actions
from hall.reports.chapters import CHAPTERS
from tests.hall.dashboard.builders import granted_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_weekly_report_is_asked_for_and_appears_by_itself(hall, enter):
    now = timezone.now()
    week = holding("week", timezone.localdate(now)).previous()
    granted_case(hall, at=week.start + timedelta(hours=10), days=2)
    rolling.rebuild(now)
    supervisor = enter("supervisor")
    supervisor.log_in(hall.supervisor)
    supervisor.go("/dashboard/reports/")
    supervisor.sees("还没有报告")
    supervisor.press("n")
    supervisor.page.get_by_label("中心").select_option(str(hall.center.pk))
    supervisor.tick("周报")
    supervisor.page.get_by_label("哪一天所在的周或月").fill(f"{week.first:%Y-%m-%d}")
    supervisor.no_violations()
    supervisor.send("生成")
    supervisor.sees("正在写：第 1 章")
    bar = supervisor.page.get_by_role("progressbar", name="写作进度")
    assert bar.get_attribute("value") == "0"

    assert actions.write_waiting(at=timezone.now()) == 1
    bar.wait_for(state="detached")
    supervisor.sees("1. ", hall.center.name, "导出这一章")
    assert supervisor.page.locator("section.card h2").count() == len(CHAPTERS)
    supervisor.page.set_viewport_size({"width": 375, "height": 740})
    assert supervisor.width() <= 375
    supervisor.go("/dashboard/reports/")
    supervisor.sees(f"{hall.supervisor.display_name} 要求", "已写成")
