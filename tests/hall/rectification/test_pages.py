"""Lists, worklist, page of one bad grade, its deeds, figures and facts, as each role sees them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hall.access.models import User
from hall.ledger.models import Event
from hall.rectification.actions import rectifying
from hall.rectification.enums import RectificationState
from hall.rectification.models import Appeal, Rectification
from tests.builders import Hall, make_department, make_window
from tests.hall.rectification.builders import (
    GIVEN,
    NOTE,
    appealed,
    bad,
    closed,
    fresh,
    grade,
    rectified,
    rectifying_row,
    revisited,
)

pytestmark = pytest.mark.django_db
R = RectificationState


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, query: str = "", **kwargs: Any) -> str:
    response = browser(user).get(f"{reverse(f'rectification:{name}', kwargs=kwargs)}?{query}")
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def send(user: User, row: Rectification, deed: str, **fields: str) -> Any:
    return browser(user).post(reverse("rectification:deed", kwargs={"pk": row.pk, "deed": deed}), fields)


def docket_of(row: Rectification) -> str:
    return row.evaluation.invitation.docket  # type: ignore[union-attr]


# --- who sees what


@pytest.mark.parametrize(
    ("who", "sees"),
    [("clerk", True), ("other_clerk", False), ("approver", False), ("chief", True), ("supervisor", True),
     ("auditor", True)],
)  # fmt: skip
def test_a_grade_is_read_by_whom_it_concerns_the_chief_and_those_who_watch(hall: Hall, who: str, sees: bool) -> None:
    row = bad(hall, text="让我跑了三趟")
    user = getattr(hall, who)
    assert ("让我跑了三趟" in page(user, "evaluations")) is sees
    response = browser(user).get(reverse("rectification:detail", kwargs={"pk": row.pk}))
    assert response.status_code == (200 if sees else 404)


def test_a_chief_of_another_department_sees_nothing(hall: Hall) -> None:
    bad(hall, department=make_department(hall.center, "税务局"))
    assert "在办" in page(hall.chief, "worklist")
    assert "食品经营许可" not in page(hall.chief, "worklist")


@pytest.mark.parametrize("who", ["clerk", "chief", "supervisor", "auditor"])
def test_nobody_sees_the_docket_of_an_anonymous_grade(hall: Hall, who: str) -> None:
    row = bad(hall, signed=False)
    user, number = getattr(hall, who), docket_of(row)
    pages = [page(user, name) for name in ("evaluations", "worklist")]
    pages += [page(user, "detail", pk=row.pk), page(user, "facts", "source=evaluation.bad&period=2026-04")]
    assert not [text for text in pages if number in text.replace("-", "").replace(" ", "")]
    assert all("食品经营许可" in text for text in pages)


@pytest.mark.parametrize(("who", "tells"), [("clerk", False), ("chief", False), ("supervisor", True)])
def test_of_an_anonymous_grade_the_department_learns_the_month_only(hall: Hall, who: str, tells: bool) -> None:
    bad(hall, signed=False)
    [shown] = browser(getattr(hall, who)).get(reverse("rectification:evaluations")).context["rows"]
    expected = ("2026-04-13", f"{hall.window.number} 号窗口") if tells else ("2026 年 4 月", "")
    assert (shown.when, shown.window) == expected
    assert expected[0] in page(getattr(hall, who), "evaluations")


def test_the_handler_of_an_anonymous_grade_learns_no_day_from_its_deadlines(hall: Hall) -> None:
    row = bad(hall, signed=False)
    assert "2026-04-20" in page(hall.chief, "detail", pk=row.pk)
    text = page(hall.clerk, "detail", pk=row.pk) + page(hall.clerk, "worklist")
    assert "2026-04" not in text
    assert "个工作日" not in text


def test_an_anonymous_grade_of_today_is_shown_to_the_department_tomorrow(hall: Hall) -> None:
    now = timezone.now()
    row = bad(hall, signed=False, at=now)
    url = reverse("rectification:detail", kwargs={"pk": row.pk})
    assert [browser(u).get(url).status_code for u in (hall.clerk, hall.chief, hall.supervisor)] == [404, 404, 200]


def test_a_signed_grade_shows_its_docket_but_not_the_number(hall: Hall) -> None:
    row = bad(hall)
    text = page(hall.clerk, "detail", pk=row.pk)
    assert docket_of(row)[:6] in text
    assert "13800000000" not in text
    assert "138****" not in text


def test_who_has_to_call_sees_the_number_masked_then_whole_with_a_reason(hall: Hall) -> None:
    row = bad(hall)
    text = page(hall.chief, "detail", pk=row.pk)
    assert "13800000000" not in text
    assert "查看完整电话" in text
    url = reverse("rectification:reveal", kwargs={"pk": row.pk})
    assert browser(hall.chief).post(url, {"reason": ""}).status_code == 422
    shown = browser(hall.chief).post(url, {"reason": "联系核实"})
    assert "13800000000" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "13800000000" not in page(hall.chief, "detail", pk=row.pk)


def test_a_reason_with_a_number_is_refused_at_its_field(hall: Hall) -> None:
    url = reverse("rectification:reveal", kwargs={"pk": bad(hall).pk})
    response = browser(hall.chief).post(url, {"reason": "打13812345678"})
    assert response.status_code == 422
    assert "不要写证件号" in response.content.decode()


def test_the_handler_who_is_chief_may_not_see_the_number(hall: Hall) -> None:
    row = bad(hall, handler=hall.chief.staff)
    assert browser(hall.chief).post(reverse("rectification:reveal", kwargs={"pk": row.pk})).status_code == 403


# --- deeds


def test_the_whole_way_by_its_pages(hall: Hall) -> None:
    row = bad(hall, at=timezone.now())
    assert send(hall.chief, row, "contact", note=NOTE).status_code == 302
    assert send(hall.chief, row, "rectify", measure="补发了清单").status_code == 302
    assert send(hall.supervisor, row, "revisit", outcome="satisfied", note=NOTE).status_code == 302
    assert send(hall.supervisor, row, "close", answer="查明没有给清单，已补发。").status_code == 302
    assert fresh(row).state == R.CLOSED
    assert "查明没有给清单" in page(hall.clerk, "detail", pk=row.pk)


@pytest.mark.parametrize(
    ("make", "who", "deed", "label"),
    [(bad, "chief", "contact", "已联系核实"), (bad, "chief", "attempt", "联系未果"),
     (rectifying_row, "chief", "rectify", "整改完成"), (rectifying_row, "chief", "explain", "答复解释"),
     (rectified, "supervisor", "revisit", "回访"), (revisited, "supervisor", "close", "公开答复并办结")],
)  # fmt: skip
def test_every_deed_asks_on_a_page_of_its_own(hall: Hall, make: Any, who: str, deed: str, label: str) -> None:
    row = make(hall)
    text = page(getattr(hall, who), "deed", pk=row.pk, deed=deed)
    assert f"<h1>{label}" in text.replace("\n", "").replace("  ", "") or label in text
    assert "依据：" in text
    assert reverse("rectification:deed", kwargs={"pk": row.pk, "deed": deed}) in page(
        getattr(hall, who), "detail", pk=row.pk
    )


def test_an_empty_form_comes_back_with_a_sentence_and_nothing_done(hall: Hall) -> None:
    row = bad(hall)
    response = send(hall.chief, row, "contact")
    assert response.status_code == 422
    assert "请填写核实到的情况" in response.content.decode()
    assert fresh(row).state == R.CONTACTING


def test_a_refusal_of_the_action_stands_at_its_field_and_keeps_what_was_typed(hall: Hall) -> None:
    row = revisited(hall)
    response = send(hall.supervisor, row, "close", answer="已答复，电话13812345678，请查收。")
    text = response.content.decode()
    assert response.status_code == 422
    assert "不要写证件号" in text
    assert "请查收" in text


def test_a_deed_of_somebody_else_is_forbidden(hall: Hall) -> None:
    row = bad(hall)
    assert send(hall.clerk, row, "contact", note=NOTE).status_code == 403
    assert send(hall.auditor, row, "contact", note=NOTE).status_code == 403


def test_a_deed_nobody_knows_is_not_there(hall: Hall) -> None:
    assert send(hall.chief, bad(hall), "forget").status_code == 404


def test_a_deed_that_is_not_due_leads_back_with_a_reason(hall: Hall) -> None:
    row = bad(hall)
    response = browser(hall.chief).get(
        reverse("rectification:deed", kwargs={"pk": row.pk, "deed": "rectify"}), follow=True
    )
    assert "现在不能办“整改完成”" in response.content.decode()


def test_a_second_submit_does_nothing_twice(hall: Hall) -> None:
    row = bad(hall)
    assert send(hall.chief, row, "contact", note=NOTE).status_code == 302
    assert send(hall.chief, row, "contact", note=NOTE).status_code == 422
    assert Event.objects.filter(kind="rectification.contact").count() == 1


def test_staff_appeal_and_another_decides(hall: Hall) -> None:
    row = bad(hall, at=timezone.now())
    fields = {"kind": "mistaken", "reason": "点错了等次", "evidence": "当面说是满意"}
    assert send(hall.clerk, row, "appeal", **fields).status_code == 302
    assert "申诉中" in page(hall.supervisor, "worklist", "tab=appeals")
    response = send(hall.supervisor, row, "decide", uphold="yes", reason="录像可证")
    assert response.status_code == 302
    assert Appeal.objects.get().state == "upheld"
    assert fresh(row).state == R.STRUCK
    assert "录像可证" in page(hall.clerk, "detail", pk=row.pk)


def test_a_page_of_what_cannot_be_done_offers_nothing(hall: Hall) -> None:
    assert "现在没有要办的" in page(hall.auditor, "detail", pk=closed(hall).pk)


# --- lists


def test_the_tabs_count_what_they_hold(hall: Hall) -> None:
    bad(hall)
    closed(hall)
    appealed(bad(hall, at=timezone.now() - timedelta(minutes=1)), hall.clerk, at=timezone.now())
    response = browser(hall.supervisor).get(reverse("rectification:worklist"))
    assert [tab["count"] for tab in response.context["tabs"]] == [2, 1, 1, 1]


def test_an_unknown_tab_is_the_first(hall: Hall) -> None:
    assert browser(hall.supervisor).get(reverse("rectification:worklist") + "?tab=%00").context["tab"] == "open"


def test_late_ones_say_by_how_much(hall: Hall) -> None:
    bad(hall)
    assert "联系核实逾期" in page(hall.supervisor, "worklist", "tab=late")


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 3), ("grade=bad", 2), ("grade=good", 1), ("grade=5", 1), ("signed=yes", 2), ("signed=no", 1),
     ("state=contacting", 1), ("period=2026-04", 3), ("period=2026-03", 0), ("grade=nonsense", 3),
     ("period=2026-99", 3)],
)  # fmt: skip
def test_the_list_is_filtered_by_the_address(hall: Hall, query: str, count: int) -> None:
    grade(hall, 5)
    bad(hall)
    bad(hall, signed=False)
    response = browser(hall.supervisor).get(f"{reverse('rectification:evaluations')}?{query}")
    assert response.context["page"].paginator.count == count


def test_the_department_filters_by_month_and_no_finer(hall: Hall) -> None:
    bad(hall, signed=False)
    assert "请按月、季、半年或年筛选" in page(hall.chief, "evaluations", "period=2026-04-13")
    assert "请按月、季、半年或年筛选" not in page(hall.supervisor, "evaluations", "period=2026-04-13")


@pytest.mark.parametrize("name", ["evaluations", "worklist", "facts", "figures"])
def test_a_list_asks_as_many_questions_for_three_as_for_one(
    hall: Hall, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    query = "period=2026-04" if name in ("facts", "figures") else ""
    counts = []
    for n in range(2):
        bad(hall)
        client = browser(hall.supervisor)
        with django_assert_max_num_queries(200) as asked:
            assert client.get(f"{reverse(f'rectification:{name}')}?{query}").status_code == 200
        counts.append(len(asked.captured_queries))
        bad(hall, department=make_department(hall.center, f"部门{n}"))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["evaluations", "worklist", "figures", "facts"])
@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_every_list_can_be_taken_along_for_a_purpose(hall: Hall, name: str, form: str) -> None:
    bad(hall)
    url = reverse(f"rectification:{name}_export") + "?period=2026-04"
    assert "用途" in browser(hall.supervisor).get(url).content.decode()
    response = browser(hall.supervisor).post(url, {"purpose": "月度分析", "form": form})
    assert response.status_code == 200, response.content.decode()[:2000]
    assert len(b"".join(response)) > 1_000  # type: ignore[arg-type]
    assert Event.objects.filter(kind="exports.taken").count() == 1


def test_an_unknown_source_is_not_there(hall: Hall) -> None:
    for code in ("nothing", "cases.filed", "%00"):
        assert browser(hall.supervisor).get(reverse("rectification:facts") + f"?source={code}").status_code == 404


def test_every_number_leads_to_the_list_of_what_it_counts(hall: Hall) -> None:
    for value in (5, 5, 1):
        grade(hall, value)
    client = browser(hall.supervisor)
    response = client.get(reverse("rectification:figures") + "?period=2026-04")
    for total in response.context["totals"]:
        behind = client.get(f"{reverse('rectification:facts')}?{total.query}")
        assert behind.context["page"].paginator.count == total.figure.numerator, total.indicator.code
    for line in response.context["page"]:
        for cell in line.cells:
            behind = client.get(f"{reverse('rectification:facts')}?{cell.query}")
            assert behind.context["page"].paginator.count == cell.figure.numerator, cell.code


def test_a_clerk_sees_figures_of_the_own_work_only(hall: Hall) -> None:
    grade(hall, 5)
    grade(hall, 1, handler=hall.other_clerk.staff)
    shown = browser(hall.clerk).get(reverse("rectification:figures") + "?period=2026-04").context["totals"]
    assert [t.figure.fraction for t in shown if t.indicator.code == "evaluation.good_rate"] == ["1 / 1"]


def test_windows_are_told_to_those_who_watch_only(hall: Hall) -> None:
    bad(hall, signed=False)
    assert "以免认出匿名评价人" in page(hall.chief, "figures", "by=window&period=2026-04")
    query = f"source=evaluation.bad&period=2026-04&window={make_window(hall.center).pk}"
    assert "食品经营许可" in page(hall.chief, "facts", query)
    assert "食品经营许可" not in page(hall.supervisor, "facts", query)


# --- what the citizen sees again


def test_who_signed_sees_by_the_same_link_what_became_of_it(hall: Hall) -> None:
    from hall.evaluation import tokens  # noqa: PLC0415 - only this test speaks as a citizen

    row = closed(hall)
    url = reverse("evaluation:evaluate", kwargs={"via": "qr", "token": tokens.token_of(docket_of(row), "qr")})
    response = Client().get(url)
    assert response.status_code == 200
    assert "查明窗口没有给清单" in response.content.decode()


def test_the_link_of_an_anonymous_grade_tells_nothing(hall: Hall) -> None:
    from hall.evaluation import tokens  # noqa: PLC0415 - only this test speaks as a citizen

    row = rectifying.rectify(bad(hall, signed=False), by=hall.chief, at=GIVEN, measure="补发了清单")
    rectifying.close(row, by=hall.supervisor, at=GIVEN, answer="查明窗口没有给清单，已补发。")
    url = reverse("evaluation:evaluate", kwargs={"via": "qr", "token": tokens.token_of(docket_of(row), "qr")})
    response = Client().get(url)
    assert response.status_code == 410
    assert "查明窗口没有给清单" not in response.content.decode()


def test_the_worklist_begins_with_what_is_due_first(hall: Hall) -> None:
    later = rectified(hall, at=GIVEN + timedelta(days=2))
    first, second = bad(hall), rectifying_row(hall)
    shown = browser(hall.supervisor).get(reverse("rectification:worklist")).context["rows"]
    assert [line["row"].pk for line in shown] == [first.pk, second.pk, later.pk]
