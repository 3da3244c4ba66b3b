"""The public page: figures of groups large enough, the league of windows, and the answers to bad grades."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hall.facts import periods
from hall.facts.models import Setting
from hall.rectification.actions import rectifying
from hall.rectification.queries import public_answer
from tests.builders import Hall, make_window, moment
from tests.hall.rectification.builders import GIVEN, bad, closed, grade, invitation, rectified, revisited

pytestmark = pytest.mark.django_db


def two_are_enough() -> None:
    """A hall lowers the threshold: the newer row holds."""
    facts = {"source": "本厅规定", "effective_from": date(2026, 1, 1)}
    Setting.objects.create(key="rectification.small_group", value=2, **facts)


def show(query: str = "period=2026-Q2") -> Any:
    response = Client().get(f"{reverse('rectification:published')}?{query}")
    assert response.status_code == 200
    return response


def test_it_opens_on_an_empty_house() -> None:
    assert "还没有公布的差评答复" in show("").content.decode()


def test_fewer_than_ten_are_not_published(hall: Hall) -> None:
    for _ in range(9):
        grade(hall, 5, signed=False)
    text = show(f"center={hall.center.pk}&period=2026-Q2").content.decode()
    assert "样本少于 10（或为防倒推），不公布" in text
    assert "100%" not in text.partition("<main")[2]


def test_ten_are(hall: Hall) -> None:
    for value in (5,) * 9 + (1,):
        grade(hall, value, signed=False)
    text = show(f"center={hall.center.pk}&period=2026-Q2").content.decode()
    assert "90%" in text
    assert "好评率" in text


def test_without_a_period_the_last_quarter_that_is_over_is_shown() -> None:
    assert show("").context["period"] == periods.holding("quarter", timezone.localdate()).previous()


@pytest.mark.parametrize("kind", ["quarter", "year"])
def test_p13_of_a_span_that_still_runs_no_figure_is_told(hall: Hall, kind: str) -> None:
    """Or the page of yesterday taken from that of today would tell who gave which grade."""
    for value in (5,) * 12 + (1,) * 12:
        grade(hall, value, at=timezone.now(), signed=False)
    response = show(f"center={hall.center.pk}&period={periods.holding(kind, timezone.localdate()).code}")
    assert "结束以后公布数字" in response.content.decode()
    assert response.context["tables"] == []
    assert "50%" not in response.content.decode().partition("<main")[2]


@pytest.mark.parametrize(("bad_ones", "shown"), [(1, "—"), (9, "—"), (10, "0%")])
def test_what_became_of_few_bad_grades_is_not_told_among_many_grades(hall: Hall, bad_ones: int, shown: str) -> None:
    for value in (5,) * 10 + (1,) * bad_ones:
        bad(hall, signed=False) if value == 1 else grade(hall, value, signed=False)
    context = show(f"center={hall.center.pk}&period=2026-Q2").context
    code = "evaluation.rectified_rate"
    told = [total.figure.text for total in context["totals"] if total.indicator.code == code]
    cells = [cell for table in context["tables"] for line in table["page"] for cell in line.cells]
    assert told + [cell.figure.text for cell in cells if cell.code == code] == [shown] * 3
    assert all(cell.figure.text != "—" for cell in cells if cell.code == "evaluation.good_rate")


def test_the_threshold_is_a_dated_setting(hall: Hall) -> None:
    grade(hall, 5)
    grade(hall, 4)
    two_are_enough()
    assert "100%" in show(f"center={hall.center.pk}&period=2026-Q2").content.decode()


def test_centers_are_listed_and_lead_to_their_departments_and_windows(hall: Hall) -> None:
    two_are_enough()
    for _ in range(2):
        grade(hall, 5)
    assert f"?center={hall.center.pk}&amp;period=2026-Q2" in show().content.decode()
    tables = show(f"center={hall.center.pk}&period=2026-Q2").context["tables"]
    assert [(table["by"], table["page"].paginator.count) for table in tables] == [("department", 1), ("window", 1)]


@pytest.mark.parametrize("period", ["2026-04-13", "2026-04", "2026-W16", "2026-04-01..2026-04-13", "nonsense", "%00"])
def test_no_span_shorter_than_a_quarter_is_answered(hall: Hall, period: str) -> None:
    assert show(f"period={period}").context["period"].kind == "quarter"


@pytest.mark.parametrize("center", ["0", "x", "9" * 30, "%00", "²"])
def test_a_center_that_is_none_is_all_of_them(hall: Hall, center: str) -> None:
    assert show(f"center={center}").context["center"] is None


def test_answers_are_published_with_item_and_month_and_nothing_of_the_case(hall: Hall) -> None:
    row = closed(hall)
    text = show().content.decode()
    assert "查明窗口没有给清单" in text
    assert "食品经营许可" in text
    assert "2026年4月" in text
    assert row.evaluation.invitation.docket not in text  # type: ignore[union-attr]
    assert "让我跑了三趟" not in text
    assert hall.clerk.staff.name not in text


def test_only_closed_ones_are_published(hall: Hall) -> None:
    revisited(hall)
    assert "补发了清单" not in show().content.decode()


def test_answers_of_another_center_stand_there(hall: Hall) -> None:
    closed(hall)
    other = Hall()
    assert "查明窗口没有给清单" not in show(f"center={other.center.pk}").content.decode()


# --- what the citizen is told again


def docket(row: Any) -> str:
    return str(row.evaluation.invitation.docket)


def test_the_one_who_signed_is_told_where_it_stands(hall: Hall) -> None:
    row = rectified(hall)
    told = public_answer(docket(row))
    assert told is not None
    assert (told.grade, told.state, told.answer) == ("非常不满意", "已整改", "")
    assert [step["state"] for step in told.steps] == ["done", "done", "now", ""]


def test_in_the_end_with_the_answer(hall: Hall) -> None:
    told = public_answer(docket(closed(hall)))
    assert told is not None
    assert (told.state, told.answer[:6], told.due) == ("办结公开", "查明窗口没有", None)
    assert {step["state"] for step in told.steps} == {"done"}


def test_of_an_anonymous_grade_nobody_is_told(hall: Hall) -> None:
    row = rectifying.rectify(bad(hall, signed=False), by=hall.chief, at=GIVEN, measure="补发了清单")
    assert public_answer(docket(row)) is None


def test_of_a_good_grade_and_of_none_there_is_nothing_to_tell(hall: Hall) -> None:
    good = grade(hall, 5)
    assert good.invitation is not None
    assert public_answer(good.invitation.docket) is None
    assert public_answer(invitation(hall).docket) is None


def test_no_link_leads_to_what_is_not_over() -> None:
    today = timezone.localdate()
    for query in ("", "period=2099-Q1", f"period={periods.holding('quarter', today).previous().code}"):
        shown = show(query).context
        assert all(span.last < today for span in shown["periods"] if span != shown["period"])
    assert [span.code for span in show("period=2026-Q1").context["periods"]] == ["2025-Q4", "2026-Q1", "2026-Q2"]


# --- what is left when published numbers are taken from each other


def numbers(query: str, by: str) -> dict[str, int]:
    """The lines of a table that show a number."""
    table = next(table for table in show(query).context["tables"] if table["by"] == by)
    return {str(line.key): line.n for line in table["page"] if not line.hidden}


def grades(hall: Hall, number: int, day: str = "2026-04-13", **facts: Any) -> None:
    for _ in range(number):
        grade(hall, 5, at=moment(f"{day} 10:00"), signed=False, **facts)


@pytest.mark.parametrize(("few", "told"), [(1, False), (9, False), (10, True)])
def test_a_year_is_not_told_where_a_quarter_of_few_would_be_left(hall: Hall, few: int, told: bool) -> None:
    grades(hall, 10, "2025-01-13")
    grades(hall, few, "2025-04-14")
    assert show(f"center={hall.center.pk}&period=2025-Q1").context["enough"]
    for period in ("2025-H1", "2025"):
        assert show(f"center={hall.center.pk}&period={period}").context["enough"] is told


@pytest.mark.parametrize(("few", "told"), [(0, [10, 11]), (1, [11]), (9, [11]), (10, [10, 10, 11])])
def test_a_window_is_not_told_where_the_few_without_one_would_be_left(hall: Hall, few: int, told: list[int]) -> None:
    for number, window in ((10, make_window(hall.center)), (11, make_window(hall.center)), (few, None)):
        grades(hall, number, window=window)
    assert sorted(numbers(f"center={hall.center.pk}&period=2026-Q2", "window").values()) == told


def test_a_center_hidden_for_the_sake_of_another_tells_nothing_on_its_own_page(hall: Hall) -> None:
    small, large = Hall(), Hall()
    grades(hall, 10)
    grades(small, 3)
    grades(large, 40)
    assert list(numbers("period=2026-Q2", "center").values()) == [40]
    context = show(f"center={hall.center.pk}&period=2026-Q2").context
    assert not context["enough"]
    assert all(line.hidden for table in context["tables"] for line in table["page"])
    assert show(f"center={large.center.pk}&period=2026-Q2").context["enough"]
