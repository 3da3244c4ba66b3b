"""Who took what: the page of whoever reads the ledger, its scope, its periods, and its own export."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.exports import actions, trail
from hall.exports.chosen import Chosen
from hall.exports.enums import Format
from hall.exports.tables import Column, Table
from hall.ledger import actions as ledger
from tests.builders import Hall, make_center, moment
from tests.hall.exports.taking import at_desk, taken

pytestmark = pytest.mark.django_db
URL = "/manage/exports/"
AT = moment("2026-05-13 09:15")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def take(by: User, title: str = "督查牌", *, at: object = AT, center: str = "") -> None:
    filters = [Chosen("状态", "未了结")]
    table = Table(title, [Column("a", "甲")], [("行",)], center_code=center, filters=filters)
    actions.take(Path("f.xlsx"), table, form=Format.XLSX, purpose="例会", by=by, at=at)  # type: ignore[arg-type]


def page(hall: Hall, query: str = "") -> str:
    return at_desk(hall.auditor).get(URL + query).content.decode()


def test_it_says_who_took_what_when_what_for_and_how_narrow(hall: Hall) -> None:
    take(hall.supervisor)
    text = page(hall)
    for words in (hall.supervisor.display_name, "督查牌", "2026-05-13 09:15", "例会", "状态 未了结", "XLSX"):
        assert words in text


def test_the_newest_stands_first(hall: Hall) -> None:
    take(hall.supervisor, "旧的")
    take(hall.supervisor, "新的", at=AT + timedelta(hours=1))
    assert page(hall).index("新的</td>") < page(hall).index("旧的</td>")


def test_what_another_center_took_is_not_shown(hall: Hall) -> None:
    other = Hall(make_center("邻区中心"))
    take(other.supervisor, "别处的名单")
    assert "别处的名单" not in page(hall)


def test_a_list_of_ones_own_center_is_shown_whoever_took_it(hall: Hall) -> None:
    other = Hall(make_center("邻区中心"))
    take(other.supervisor, "本中心的名单", center=hall.center.code)
    assert "本中心的名单" in page(hall)


def test_cases_that_left_before_files_had_one_shape_stand_there_too(hall: Hall) -> None:
    data = {"since": "2026-04-01", "until": "2026-04-30", "cases": 12, "reason": "汇聚"}
    facts = {"docket": "", "kind": "case.exported", "center_code": hall.center.code}
    ledger.append(**facts, actor=hall.chief, occurred_at=AT, data=data)
    (line,) = trail.lines(trail.visible_to(hall.auditor))
    assert (line.rows, line.reason, line.filters) == (12, "汇聚", "收件 2026-04-01 至 2026-04-30")


def test_an_event_from_before_filters_were_kept_is_read_all_the_same(hall: Hall) -> None:
    facts = {"docket": "", "kind": "exports.taken", "center_code": hall.center.code}
    ledger.append(**facts, actor=None, occurred_at=AT, data={"title": "旧名单", "period": "2026-04"})
    (line,) = trail.lines(trail.visible_to(hall.auditor))
    assert (line.title, line.rows, line.filters, line.who) == ("旧名单", None, "", "系统管理员（命令行）")


@pytest.mark.parametrize(("period", "shown"), [("2026-05", True), ("2026-04", False), ("2026-05-13", True)])
def test_a_period_narrows_it(hall: Hall, period: str, shown: bool) -> None:
    take(hall.supervisor)
    assert ("督查牌</td>" in page(hall, f"?period={period}")) is shown


@pytest.mark.parametrize("period", ["x", "%00", "2026-13", "9" * 300])
def test_a_period_that_means_nothing_shows_all_and_says_so(hall: Hall, period: str) -> None:
    take(hall.supervisor)
    text = page(hall, f"?period={period}")
    assert "督查牌</td>" in text
    assert "下面是全部记录" in text


def test_an_empty_trail_says_what_will_fill_it(hall: Hall) -> None:
    assert "还没有人导出过名单" in page(hall)


def test_taking_the_trail_out_leaves_a_trail(hall: Hall) -> None:
    take(hall.supervisor)
    file = taken(hall.auditor, reverse("exports:taken_export") + "?period=2026-05")
    assert (file.column("名单"), file.types("时间"), file.types("行数")) == (["督查牌"], {"d"}, {"n"})
    assert trail.visible_to(hall.auditor)[0].data["title"] == "导出记录"


def test_a_longer_trail_costs_no_more_queries(hall: Hall) -> None:
    browser, costs = at_desk(hall.auditor), []
    for n in (1, 3):
        for hour in range(n):
            take(hall.supervisor, at=timezone.now() - timedelta(hours=hour))
        browser.get(URL)
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL)
        costs.append(len(queries))
    assert costs[0] == costs[1]
