"""The pages of second authorisation, as people meet them: the export asks, a second person answers, the file comes."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from hall.access.enums import Role
from hall.access.models import User
from hall.exports import clearing_actions as clearing
from hall.exports.clearing_actions import Wanted
from hall.exports.models import Clearance
from hall.facts.models import Setting
from tests.builders import Hall, make_center, make_staff, make_user
from tests.hall.exports.taking import at_desk

pytestmark = pytest.mark.django_db
LIST = "/manage/exports/second/"
PURPOSE = {"purpose": "年终核对", "form": "xlsx"}


@pytest.fixture
def staff_list(hall: Hall) -> str:
    """A list of people longer than one person may take out alone; narrowed by a name."""
    today = timezone.localdate()
    Setting.objects.create(key="exports.alone_rows", value=1, source="测试", effective_from=today, center=None)
    for _ in range(2):
        make_staff(center=hall.center, name="张大同")
    return f"{reverse('exports:staff')}?{urlencode({'q': '张大同'})}"


def sent(user: User, url: str) -> Any:
    return at_desk(user).post(url, PURPOSE)


def page_of(clearance: Clearance) -> str:
    return reverse("exports:clearance", args=[clearance.pk])


def test_a_long_list_becomes_a_request_instead_of_a_file(hall: Hall, staff_list: str) -> None:
    answer = sent(hall.admin, staff_list)
    clearance = Clearance.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(clearance))
    text = at_desk(hall.admin).get(page_of(clearance)).content.decode()
    assert "已通知可以批准的人" in text
    assert "年终核对" in text


def test_a_second_part_of_a_list_becomes_a_request_that_says_why(hall: Hall) -> None:
    today = timezone.localdate()
    Setting.objects.create(key="exports.alone_rows", value=1, source="测试", effective_from=today, center=None)
    for name in ("张大同", "李大同"):
        make_staff(center=hall.center, name=name)
        sent(hall.admin, f"{reverse('exports:staff')}?{urlencode({'q': name})}").close()
    text = at_desk(hall.supervisor).get(page_of(Clearance.objects.get())).content.decode()
    assert "1 行，XLSX（表格）；当天此前已独自导出同一名单 1 行" in text


def test_sending_twice_asks_once(hall: Hall, staff_list: str) -> None:
    assert sent(hall.admin, staff_list)["Location"] == sent(hall.admin, staff_list)["Location"]


def test_granted_the_person_goes_on_to_the_very_list(hall: Hall, staff_list: str) -> None:
    sent(hall.admin, staff_list)
    clearance = Clearance.objects.get()
    answer = at_desk(hall.supervisor).post(page_of(clearance), {"deed": "grant", "reason": ""})
    assert answer["Location"] == LIST
    browser = at_desk(hall.admin)
    page = browser.get(page_of(clearance))
    address = page.context["row"].address
    assert f'href="{address}"' in page.content.decode()
    assert "年终核对" in browser.get(address).content.decode()  # filled in, as it was granted
    file: Any = browser.post(address, PURPOSE)
    sheet: Any = load_workbook(BytesIO(b"".join(file.streaming_content))).active
    assert f"{hall.supervisor.display_name}批准" in str(sheet["A1"].value)


def test_refused_the_person_reads_why(hall: Hall, staff_list: str) -> None:
    sent(hall.admin, staff_list)
    page = page_of(Clearance.objects.get())
    unsaid = at_desk(hall.supervisor).post(page, {"deed": "refuse", "reason": ""})
    assert unsaid.status_code == 422
    assert "请写明不批准的理由" in unsaid.content.decode()
    at_desk(hall.supervisor).post(page, {"deed": "refuse", "reason": "用途写得太宽"})
    text = at_desk(hall.admin).get(page).content.decode()
    assert "用途写得太宽" in text
    assert "去导出" not in text


def test_who_asked_cannot_answer(hall: Hall, staff_list: str) -> None:
    sent(hall.admin, staff_list)
    clearance = Clearance.objects.get()
    assert at_desk(hall.admin).post(page_of(clearance), {"deed": "grant"}).status_code == 403
    clearance.refresh_from_db()
    assert clearance.granted is None


def test_of_another_center_there_is_no_page(hall: Hall, staff_list: str) -> None:
    sent(hall.admin, staff_list)
    page, other = page_of(Clearance.objects.get()), Hall(make_center("邻区中心"))
    for user in (other.supervisor, other.chief, other.admin, hall.clerk):
        assert at_desk(user).get(page).status_code == 404
        assert at_desk(user).post(page, {"deed": "grant"}).status_code == 404


def test_where_nobody_may_answer_the_page_says_so(hall: Hall) -> None:
    alone = make_user(Role.SUPERVISOR, make_staff(center=make_center("只有一人的中心")))
    wanted = Wanted("名单", "/x/", "例会", "xlsx", 900)
    clearance = clearing.ask_for(wanted, by=alone, at=timezone.now())
    assert "现在没有别人可以批准" in at_desk(alone).get(page_of(clearance)).content.decode()


def test_an_empty_list_says_what_will_fill_it(hall: Hall) -> None:
    assert "没有导出申请" in at_desk(hall.supervisor).get(LIST).content.decode()


def test_what_waits_stands_first_and_costs_no_more_queries(hall: Hall) -> None:
    browser, costs = at_desk(hall.supervisor), []
    for n in (1, 3):
        for k in range(n):
            wanted = Wanted(f"名单{n}{k}", f"/x/{n}{k}", "例会", "xlsx", 900)
            clearing.ask_for(wanted, by=make_user(Role.CHIEF, make_staff(center=hall.center)), at=timezone.now())
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    newest = Clearance.objects.first()
    assert newest is not None
    clearing.decide(clearance=newest, granted=True, reason="", by=hall.supervisor, at=timezone.now())
    text = browser.get(LIST).content.decode()
    assert text.index("名单10") < text.index(newest.title)
