"""A button pressed twice, a page left open, a number nobody has: once is once, and the second press says so."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hall.conduct.enums import BulletinState, ComplaintState, RectificationState
from hall.conduct.models import Bulletin, Finding, Patrol, Rectification
from hall.conduct.transitions import BULLETIN, COMPLAINT, RECTIFICATION
from hall.ledger.models import Event
from tests.builders import Hall
from tests.hall.conduct.builders import (
    a_line,
    answered,
    assigned,
    at,
    begun,
    browser,
    complaint_in,
    decided,
    drafted,
    published,
    received,
    reported,
    second_supervisor,
    submitted,
    to_rectify,
    window_stop,
)

pytestmark = pytest.mark.django_db


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_second_round_waits_for_the_first(hall: Hall) -> None:
    client, form = browser(hall.supervisor), {"drawn": "0", "windows": [hall.window.pk]}
    assert client.post(at("patrol_new"), form).status_code == 302
    again = client.post(at("patrol_new"), form)
    assert again.status_code == 422
    assert "请先结束那一次" in again.content.decode()
    assert (Patrol.objects.count(), told("patrol.started")) == (1, 1)


def test_a_line_tapped_twice_is_one_finding(hall: Hall) -> None:
    patrol = begun(hall)
    stop, line, client = window_stop(patrol), a_line(patrol), browser(hall.supervisor)
    for _ in range(2):
        assert client.post(at("patrol_stop", pk=stop.pk), {"line": line.pk}).status_code == 302
    assert Finding.objects.count() == 1


def test_a_problem_sent_twice_is_one_problem(hall: Hall) -> None:
    patrol = begun(hall)
    url = at("patrol_line", pk=window_stop(patrol).pk, line=a_line(patrol).pk)
    for text in ("没有去向牌", "没有去向牌，桌面凌乱"):
        assert browser(hall.supervisor).post(url, {"text": text, "severity": "minor"}).status_code == 302
    assert Finding.objects.get().text == "没有去向牌，桌面凌乱"


def test_a_round_ends_once(hall: Hall) -> None:
    patrol, client = begun(hall), browser(hall.supervisor)
    client.post(
        at("patrol_line", pk=window_stop(patrol).pk, line=a_line(patrol).pk), {"text": "乱", "severity": "minor"}
    )
    for _ in range(2):
        client.post(at("patrol_finish", pk=patrol.pk), {"note": "完"})
    assert (told("patrol.finished"), Rectification.objects.count()) == (1, 1)


def test_an_empty_round_is_told_why_it_does_not_end(hall: Hall) -> None:
    answer = browser(hall.supervisor).post(at("patrol_finish", pk=begun(hall).pk), {"note": ""})
    assert answer.status_code == 422
    assert "还没有记下任何一项" in answer.content.decode()
    assert told("patrol.finished") == 0


def test_a_problem_is_answered_once_and_the_second_text_is_not_lost(hall: Hall) -> None:
    row, client = to_rectify(hall), browser(hall.chief)
    assert client.post(at("rectification_answer", pk=row.pk), {"text": "已摆放"}).status_code == 302
    again = client.post(at("rectification_answer", pk=row.pk), {"text": "第二次写的"})
    assert again.status_code == 422
    assert "第二次写的" in again.content.decode()
    assert row.steps.count() == 1


def test_a_second_look_is_one(hall: Hall) -> None:
    row, client = answered(hall), browser(second_supervisor(hall))
    form = {"passed": "yes", "text": "看过"}
    assert client.post(at("rectification_recheck", pk=row.pk), form).status_code == 302
    again = client.post(at("rectification_recheck", pk=row.pk), form)
    assert again.status_code == 422
    assert "没有要复查的" in again.content.decode()
    assert row.steps.count() == 2


def test_a_bulletin_is_submitted_and_published_once_under_one_number(hall: Hall) -> None:
    row, author, second = drafted(hall), browser(hall.supervisor), browser(second_supervisor(hall))
    author.post(at("bulletin_submit", pk=row.pk))
    author.post(at("bulletin_submit", pk=row.pk))
    for _ in range(2):
        assert second.post(at("bulletin_publish", pk=row.pk)).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.serial) == ("published", 1)
    assert (told("bulletin.submitted"), told("bulletin.published")) == (1, 1)


def test_the_second_press_says_why_nothing_happened(hall: Hall) -> None:
    row, second = published(hall), browser(second_supervisor(hall))
    page = second.post(at("bulletin_publish", pk=row.pk), follow=True).content.decode()
    assert "不在待审核" in page


def test_a_bulletin_is_withdrawn_once_and_keeps_its_first_reason(hall: Hall) -> None:
    row, client = published(hall), browser(second_supervisor(hall))
    assert client.post(at("bulletin_withdraw", pk=row.pk), {"reason": "口径有误"}).status_code == 302
    again = client.post(at("bulletin_withdraw", pk=row.pk), {"reason": "第二个原因"})
    assert again.status_code == 422
    assert "只有已发布的通报才能撤回" in again.content.decode()
    assert "第二个原因" in again.content.decode()
    row.refresh_from_db()
    assert (row.withdrawal, told("bulletin.withdrawn")) == ("口径有误", 1)


def test_a_bulletin_goes_back_once(hall: Hall) -> None:
    row, client = submitted(hall), browser(second_supervisor(hall))
    assert client.post(at("bulletin_return", pk=row.pk), {"note": "补充原因"}).status_code == 302
    again = client.post(at("bulletin_return", pk=row.pk), {"note": "再补充一次"})
    assert again.status_code == 422
    assert "再补充一次" in again.content.decode()
    assert "审核通过并发布" not in again.content.decode()
    assert told("bulletin.returned") == 1


def test_a_published_bulletin_is_not_edited_from_a_page_left_open(hall: Hall) -> None:
    row = published(hall)
    changed = {"title": "另一个标题", "audience": "internal", "body": "改过的正文"}
    answer = browser(hall.supervisor).post(at("bulletin_edit", pk=row.pk), changed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(word in page for word in ("不能再改", "改过的正文"))
    assert "提交审核" not in page
    assert Bulletin.objects.get().title == row.title


VERDICT = {"verdict": "upheld", "reason": "录像", "answer": "致歉"}
TWICE = {
    "decline": (received, "supervisor", {"answer": "请向信访部门反映。"}),
    "report": (assigned, "chief", {"report": "属实"}),
    "decide": (reported, "supervisor", VERDICT),
    "send_back": (reported, "supervisor", {"note": "补充录像"}),
    "object": (decided, "clerk", {"objection": "不服"}),
}
KINDS = {
    "decline": "declined", "report": "reported", "decide": "decided", "send_back": "returned", "object": "objected",
}  # fmt: skip


@pytest.mark.parametrize("deed", TWICE)
def test_a_deed_on_a_complaint_is_done_once(hall: Hall, deed: str) -> None:
    made, role, form = TWICE[deed]
    row, client = made(hall), browser(getattr(hall, role))
    assert client.post(at("complaint_act", pk=row.pk, deed=deed), form).status_code == 302
    again = client.post(at("complaint_act", pk=row.pk, deed=deed), form)
    assert again.status_code == 403
    assert told(f"complaint.{KINDS[deed]}") == 1


@pytest.mark.parametrize(
    ("made", "role", "deed", "form", "kept"),
    [
        (received, "supervisor", "decline", {"answer": ""}, "不予受理的答复"),
        (assigned, "chief", "report", {"report": "字" * 4001}, "字字字"),
        (reported, "supervisor", "decide", {**VERDICT, "answer": "", "reason": "写了一半的理由"}, "写了一半的理由"),
        (decided, "clerk", "object", {"objection": " "}, "异议理由"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    hall: Hall, made: Any, role: str, deed: str, form: dict[str, str], kept: str
) -> None:
    row = made(hall)
    state = row.state
    answer = browser(getattr(hall, role)).post(at("complaint_act", pk=row.pk, deed=deed), form)
    assert answer.status_code == 422
    assert kept in answer.content.decode()
    row.refresh_from_db()
    assert row.state == state


def test_a_complaint_given_to_somebody_else_leaves_the_first_ones_list(hall: Hall) -> None:
    row = received(hall)
    assert browser(hall.chief).get(at("complaint", pk=row.pk)).status_code == 404
    given = assigned(hall)
    assert browser(hall.chief).get(at("complaint", pk=given.pk)).status_code == 200


@pytest.mark.parametrize("name", ["patrol", "rectification", "bulletin", "complaint", "check", "check_item"])
def test_a_number_nobody_has_is_no_page(hall: Hall, name: str) -> None:
    nobody = "01976d3a-0000-7000-8000-000000000000"
    assert browser(hall.supervisor).get(at(name, pk=nobody)).status_code == 404


@pytest.mark.parametrize("name", ["patrols", "rectifications", "checks", "patrol_new", "bulletin_new", "check_new"])
def test_a_window_is_not_asked_to_watch(hall: Hall, name: str) -> None:
    assert browser(hall.clerk).get(at(name)).status_code == 403
    assert browser().get(at(name)).status_code == 302, "a stranger is asked to log in"


@pytest.mark.parametrize("state", ["late", *ComplaintState.values])
def test_the_list_of_complaints_is_narrowed_to_a_state(hall: Hall, state: str) -> None:
    rows = [complaint_in(one, hall) for one in ComplaintState.values]
    shown = browser(hall.supervisor).get(at("complaints"), {"state": state}).context["page"].object_list
    today = timezone.localdate()
    late = [r for r in rows if r.state == "received" and r.accept_due_on < today]
    late += [r for r in rows if r.state in ("assigned", "reported") and r.decide_due_on < today]
    wanted = late if state == "late" else [row for row in rows if row.state == state]
    assert {row.pk for row in shown} == {row.pk for row in wanted}


def let_through(table: str, target: str, pk: Any) -> bool:
    """Whether the trigger let a state through; the constraints on columns are another matter."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET state = %s WHERE id = %s", [target, pk])
            transaction.set_rollback(True)
    except IntegrityError as error:
        return "no way from" not in str(error)
    return True


def pairs(table: dict[str, tuple[frozenset[str], str]]) -> set[tuple[str, str]]:
    return {(str(begin), str(end)) for begins, end in table.values() for begin in begins}


@pytest.mark.parametrize("begin", ComplaintState.values)
def test_the_database_knows_the_same_moves_of_a_complaint(hall: Hall, begin: str) -> None:
    row = complaint_in(begin, hall)
    for end in ComplaintState.values:
        known = begin == end or (begin, end) in pairs(COMPLAINT)
        assert let_through("conduct_complaint", end, row.pk) == known, (begin, end)


MADE = {"draft": drafted, "submitted": submitted, "published": published}


@pytest.mark.parametrize("begin", MADE)
def test_the_database_knows_the_same_moves_of_a_bulletin(hall: Hall, begin: str) -> None:
    row = MADE[begin](hall)
    for end in BulletinState.values:
        known = begin == end or (begin, end) in pairs(BULLETIN)
        assert let_through("conduct_bulletin", end, row.pk) == known, (begin, end)


def test_every_state_of_putting_right_is_reached_and_left() -> None:
    moves = pairs(RECTIFICATION)
    assert {end for _, end in moves} == set(RectificationState.values)
    assert {begin for begin, _ in moves} == {"open", "answered"}, "what is closed stays closed"
