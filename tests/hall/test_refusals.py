"""Refused requests get a page: what the server did not take in, and a method an address does not know."""

import pytest
from django.test import Client

from hall.access.enums import Role
from hall.serving import REFUSED
from tests.hall.access.builders import logged_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "这个请求读不懂"), (408, "提交的内容没有传完"), (413, "一次提交的内容太大"), (503, "系统正忙")],
)
def test_a_request_that_was_not_taken_in_gets_the_page_of_its_status(status: int, words: str) -> None:
    response = Client().post("/login/", **{REFUSED: status})
    assert response.status_code == status
    assert words in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_too_much_at_once_says_when_to_come_back() -> None:
    assert Client().post("/login/", **{REFUSED: 503})["Retry-After"] == "10"


def test_no_visitor_can_write_the_mark_of_a_refusal() -> None:
    assert Client().get("/login/", headers={"hall.refused": "413"}).status_code == 200


@pytest.mark.parametrize("own", [True, False], ids=["staff", "citizen"])
def test_a_method_that_is_not_known_gets_a_page_too(own: bool) -> None:
    browser = logged_in()[0] if own else Client()
    response = browser.get("/logout/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "这里不能这样打开" in response.content.decode()
    assert int(response["Content-Length"]) == len(response.content)


def test_who_was_refused_which_page_is_in_the_log_and_nothing_of_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    browser, user = logged_in(Role.CLERK)
    assert browser.post("/manage/staff/new/?name=zhang", {"name": "张小明"}).status_code == 403
    lines = [record.getMessage() for record in caplog.records if record.name == "hall.refusals"]
    assert lines == [f"refused: POST access:staff_new account {user.pk}"]


def test_what_is_allowed_is_not_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    logged_in(Role.ADMIN)[0].get("/manage/staff/new/")
    assert not [record for record in caplog.records if record.name == "hall.refusals"]
