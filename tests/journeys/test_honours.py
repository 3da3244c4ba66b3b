"""The star of the month: drawn up from evidence, nominated by the chief, decided by another, read by everybody."""

import pytest

from hall.appraisal.actions import periods, schemes
from hall.facts.models import Setting
from tests.builders import moment
from tests.hall.appraisal.builders import attended, draft, facts_line
from tests.hall.dashboard.builders import granted_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def april(hall):
    """A month in which the clerk closed two cases and nobody else did any; its sheets are final."""
    facts = {"source": "本中心规定", "effective_from": moment("2026-01-01 00:00").date(), "center": hall.center}
    Setting.objects.create(key="awards.min_cases", value=2, **facts)
    for day in (13, 14):
        granted_case(hall, at=moment(f"2026-04-{day} 10:00"), days=3)
    for user in (hall.clerk, hall.other_clerk):
        attended(hall, user.staff, day="2026-04-13")
    made = draft(hall, facts_line("cases.closed", per=5), name="窗口人员月考核")
    schemes.put_on(made, by=hall.supervisor, at=moment("2026-04-01 09:00"))
    period = periods.open_period(made, code="2026-04", by=hall.supervisor, at=moment("2026-05-01 09:00"))
    periods.announce(period, by=hall.supervisor, at=moment("2026-05-06 09:00"))
    return periods.freeze(period, by=hall.supervisor, at=moment("2026-05-20 09:00"))


def test_the_star_of_the_month_is_drawn_up_from_evidence(hall, enter, clock, april):
    clock("2026-05-21 09:30")
    chief, supervisor = enter("chief"), enter("supervisor")
    citizen = enter("citizen", phone=True, script=False)
    chief.log_in(hall.chief)
    chief.go("/appraisal/awards/")
    chief.press("n")
    chief.sees("候选名单", "2026 年 4 月", "没有督查红牌", "没有有责投诉", "办结 2 件，达到最低 2 件", "全勤")
    chief.sees("办结 0 件，不到最低 2 件", "本期没有考勤记录", "不符合条件")
    chief.enter(chief.page.get_by_role("link", name="提名", exact=True))
    chief.sees(hall.clerk.display_name, "办结 2 件，达到最低 2 件", "提名由另一人评定")
    chief.type("提名材料", "四月办结 2 件，件件提前。")
    chief.send("提名")
    chief.sees("四月办结 2 件，件件提前。", "提名时的评选条件")
    assert chief.page.get_by_role("link", name="评定").count() == 0
    award = chief.path

    supervisor.log_in(hall.supervisor)
    supervisor.go(award)
    supervisor.enter(supervisor.page.get_by_role("link", name="评定"))
    supervisor.sees("提名材料")
    supervisor.tick("评定并公布")
    supervisor.type("理由", "四月件件提前办结。")
    supervisor.send("评定")
    supervisor.sees("已公布。", "公示到")

    citizen.go("/honours/")
    citizen.sees("荣誉榜", f"每月之星：{hall.clerk.display_name}", "2026 年 4 月", "四月件件提前办结。", "公示到")
    assert "四月办结 2 件，件件提前。" not in citizen.text
    assert citizen.width() <= 375
