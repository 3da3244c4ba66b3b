"""Asking for a report by hand: which days, which center, who; and who may read what was written."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.ledger.models import Event
from hall.organisation.models import Center
from hall.reports import actions
from hall.reports.forms import AskForm
from hall.reports.models import Report
from tests.builders import Hall, make_center
from tests.hall.reports.test_writing import NOW, asked, this_month, written

pytestmark = pytest.mark.django_db
LIST, ASK = reverse("reports:list"), reverse("reports:ask")
ROLES = ("clerk", "approver", "chief", "supervisor", "auditor", "admin")


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(hall: Hall, **data: Any) -> AskForm:
    filled = {"center": hall.center.pk, "kind": "week", "day": "2026-05-13", **data}
    return AskForm(filled, centers=Center.objects.filter(pk=hall.center.pk))


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("week", "2026-05-13", "2026-W20"), ("week", "2027-01-01", "2026-W53"), ("week", "2024-12-30", "2025-W01"),
        ("month", "2026-02-28", "2026-02"), ("month", "2028-02-29", "2028-02"), ("month", "2026-12-31", "2026-12"),
    ],
)  # fmt: skip
def test_a_day_names_its_week_and_its_month(hall: Hall, kind: str, day: str, code: str) -> None:
    filled = form(hall, kind=kind, day=day)
    assert filled.is_valid()
    assert filled.period().code == code


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1990-01-01", "2100-01-01", "1800-05-05"])
@pytest.mark.parametrize("kind", ["week", "month"])
def test_a_year_nobody_reports_on_is_a_typing_error(hall: Hall, kind: str, day: str) -> None:
    answer = browser(hall.supervisor).post(ASK, {"center": hall.center.pk, "kind": kind, "day": day})
    assert answer.status_code == 422
    assert "年份要在 1991 和 2099 之间" in answer.content.decode()


@pytest.mark.parametrize("day", ["", "x", "\x00", "2026-02-30", "2026-5-1x", "x" * 5000])
def test_what_is_no_day_comes_back(hall: Hall, day: str) -> None:
    assert set(form(hall, day=day).errors) == {"day"}


@pytest.mark.parametrize("center", ["", "x", "\x00", "0", "9" * 40, "-1"])
def test_what_is_no_center_comes_back(hall: Hall, center: str) -> None:
    assert set(form(hall, center=center).errors) == {"center"}


def test_a_center_of_somebody_else_is_not_offered(hall: Hall) -> None:
    other = make_center("邻区中心")
    assert set(form(hall, center=other.pk).errors) == {"center"}
    assert other.name not in browser(hall.supervisor).get(ASK).content.decode()


def test_days_to_come_come_back_at_their_field_with_nothing_lost(hall: Hall) -> None:
    day = this_month().following().first.isoformat()
    answer = browser(hall.supervisor).post(ASK, {"center": hall.center.pk, "kind": "month", "day": day})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这段时间还没有开始" in page
    assert f'value="{day}"' in page


def test_asking_twice_is_told_and_writes_once(hall: Hall) -> None:
    data = {"center": hall.center.pk, "kind": "month", "day": timezone.localdate(NOW).isoformat()}
    client = browser(hall.supervisor)
    assert [client.post(ASK, data).status_code for _ in range(2)] == [302, 422]
    assert Report.objects.count() == Event.objects.filter(kind="report.asked").count() == 1


@pytest.mark.parametrize("role", ROLES)
def test_who_may_ask(hall: Hall, role: str) -> None:
    assert browser(getattr(hall, role)).get(ASK).status_code == (200 if role == "supervisor" else 403)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_read_and_take(hall: Hall, role: str) -> None:
    report, client = written(hall), browser(getattr(hall, role))
    looks = role in ("supervisor", "auditor", "chief")
    for url in (LIST, reverse("reports:report", args=[report.pk])):
        assert client.get(url).status_code == (200 if looks else 403)
    takes = role in ("supervisor", "chief")
    assert client.get(reverse("reports:export", args=[report.pk, 1])).status_code == (200 if takes else 403)


@pytest.mark.parametrize("who", ["supervisor", "chief", "auditor"])
def test_a_report_of_a_foreign_center_is_in_no_list_and_no_file(hall: Hall, who: str) -> None:
    report = written(Hall())
    client = browser(getattr(hall, who))
    assert str(report.pk) not in client.get(LIST).content.decode()
    expected = 403 if who == "auditor" else 404
    assert client.get(reverse("reports:export", args=[report.pk, 1])).status_code == expected


@pytest.mark.parametrize("state", ["writing", "failed"])
def test_what_is_not_finished_leaves_no_file(hall: Hall, state: str) -> None:
    report = asked(hall)
    if state == "failed":
        actions._fail(report.pk, KeyError(), at=NOW)
    url = reverse("reports:export", args=[report.pk, 1])
    assert browser(hall.supervisor).get(url).status_code == 404
    page = browser(hall.supervisor).get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "/chapters/" not in page


@pytest.mark.parametrize("number", [0, 6, 10**12])
def test_a_chapter_out_of_the_book_is_no_page(hall: Hall, number: int) -> None:
    url = reverse("reports:export", args=[written(hall).pk, number])
    assert browser(hall.supervisor).get(url).status_code == 404


@pytest.mark.parametrize("key", ["x", "0" * 36, "00000000-0000-0000-0000-000000000000"])
def test_a_report_that_is_none_is_no_page(hall: Hall, key: str) -> None:
    assert browser(hall.supervisor).get(f"{LIST}{key}/").status_code == 404


@pytest.mark.parametrize("query", [{"kind": "\x00"}, {"kind": "x" * 3000}, {"page": "-1"}, {"page": "9" * 30}])
def test_nonsense_in_the_list_is_left_out(hall: Hall, query: dict[str, str]) -> None:
    report = written(hall)
    assert str(report.pk) in browser(hall.supervisor).get(LIST, query).content.decode()


def test_a_report_is_read_with_as_many_queries_whatever_it_holds(hall: Hall) -> None:
    client, counts = browser(hall.supervisor), []
    report = written(hall)
    for rows in (1, 3):
        other = Report(center=hall.center, kind="week", period_code="2026-W20", first_on=date(2026, 5, 11),
                       last_on=date(2026, 5, 17), steps=1, step=1, state="done", requested_at=NOW, finished_at=NOW,
                       requested_by=hall.supervisor)  # fmt: skip
        other.chapters = [
            {"title": "章", "notes": [], "columns": [["列", "number"]], "rows": [[n] for n in range(rows)]}
        ]
        other.save()
        url = reverse("reports:report", args=[other.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert report.state == "done"


def test_a_printed_report_says_when(hall: Hall) -> None:
    page = browser(hall.supervisor).get(reverse("reports:report", args=[written(hall).pk])).content.decode()
    assert "data-print" in page
    assert f"{timezone.localtime(timezone.now()):%Y}" in page


def test_percent_is_how_much_is_written() -> None:
    assert [Report(step=step, steps=5).percent for step in range(6)] == [0, 20, 40, 60, 80, 100]
    assert Report(step=0, steps=0).percent == 100
