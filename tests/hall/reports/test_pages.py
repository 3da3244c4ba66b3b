"""Pages of reports: progress while it is written, chapters when it is done, a file of each."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.reports import actions
from hall.reports.chapters import CHAPTERS
from hall.reports.models import Report
from tests.builders import Hall, accepted_case
from tests.hall.reports.test_writing import NOW, asked, written

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(report: Report, user: User) -> str:
    return browser(user).get(reverse("reports:report", args=[report.pk])).content.decode()


def test_the_page_shows_how_far_it_is_and_asks_again(hall: Hall) -> None:
    report = asked(hall)
    actions._write_next(report.pk, at=NOW)
    response = browser(hall.supervisor).get(reverse("reports:report", args=[report.pk]))
    assert response["Refresh"] == "3"
    assert f'max="{len(CHAPTERS)}" value="1"' in response.content.decode()


def test_a_finished_page_stays_still(hall: Hall) -> None:
    response = browser(hall.supervisor).get(reverse("reports:report", args=[written(hall).pk]))
    assert "Refresh" not in response


def test_every_chapter_is_on_the_page(hall: Hall) -> None:
    accepted_case(hall, at=NOW)
    page = page_of(written(hall), hall.auditor)
    assert all(title in page for title in ("收件和办结", "各部门", "指标", "督查牌", "现在最久未结"))


def test_a_failed_report_says_what_to_do(hall: Hall) -> None:
    report = asked(hall)
    actions._fail(report.pk, ZeroDivisionError(), at=NOW)
    assert "请再生成一次" in page_of(report, hall.supervisor)


def test_asking_leads_to_the_page_that_shows_the_progress(hall: Hall) -> None:
    data = {"center": hall.center.pk, "kind": "week", "day": timezone.localdate(NOW).isoformat()}
    response = browser(hall.supervisor).post(reverse("reports:ask"), data)
    assert response.status_code == 302
    assert response["Location"] == reverse("reports:report", args=[Report.objects.get().pk])


@pytest.mark.parametrize("data", [{}, {"kind": "year", "day": "2026-10-01"}, {"kind": "week", "day": "9999-99-99"}])
def test_nonsense_comes_back_with_a_sentence(hall: Hall, data: dict[str, str]) -> None:
    response = browser(hall.supervisor).post(reverse("reports:ask"), {"center": hall.center.pk, **data})
    assert response.status_code == 422
    assert not Report.objects.exists()


def test_a_foreign_report_is_not_there(hall: Hall) -> None:
    report = written(Hall())
    assert browser(hall.supervisor).get(reverse("reports:report", args=[report.pk])).status_code == 404


def test_the_list_may_be_narrowed_to_one_kind(hall: Hall) -> None:
    actions.schedule(at=NOW)
    week, month = (Report.objects.get(kind=kind) for kind in ("week", "month"))
    page = browser(hall.supervisor).get(reverse("reports:list"), {"kind": "week"}).content.decode()
    assert str(week.pk) in page
    assert str(month.pk) not in page


def test_the_empty_list_says_when_the_first_comes(hall: Hall) -> None:
    page = browser(hall.chief).get(reverse("reports:list"), {"kind": "\x00", "page": "x"}).content.decode()
    assert "自动写成" in page


def test_the_list_asks_as_often_for_three_as_for_one(hall: Hall) -> None:
    counts = []
    client = browser(hall.supervisor)
    for _ in range(3):
        written(hall)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("reports:list"))
        counts.append(len(queries))
    assert counts[1] == counts[2]  # the very first visit also wakes the session


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
@pytest.mark.parametrize("number", range(1, len(CHAPTERS) + 1))
def test_each_chapter_leaves_as_a_file(hall: Hall, number: int, form: str) -> None:
    accepted_case(hall, at=NOW)
    url = reverse("reports:export", args=[written(hall).pk, number])
    response = browser(hall.supervisor).post(url, {"purpose": "例会", "form": form})
    assert response.status_code == 200
    assert b"".join(response)[:2] in (b"PK", b"%P")  # type: ignore[arg-type]


def test_a_chapter_that_is_not_there_is_not_found(hall: Hall) -> None:
    url = reverse("reports:export", args=[written(hall).pk, 99])
    assert browser(hall.supervisor).get(url).status_code == 404
