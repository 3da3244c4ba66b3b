"""Rooms that follow a notice in portions: driven to the end or for a time, counted, once, the oldest notice first."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from hall.access.enums import Role
from hall.workdays import queries, recalculation, tasks
from hall.workdays.following_actions import advance, follow
from hall.workdays.models import CalendarChange
from hall.workdays.recalculation import InPortions
from tests.builders import make_user
from tests.hall.workdays.builders import AT, amending, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
LATER = AT + timedelta(minutes=3)


class Room:
    """Ten deadlines for every notice, followed three at a time."""

    def __init__(self) -> None:
        self.waiting: dict[int, int] = {}
        self.asked: list[tuple[str, datetime]] = []
        self.held = 0  # by somebody else

    def line_up(self, change: CalendarChange) -> int:
        self.waiting[change.pk] = 10
        return 10

    def follow(self, change: CalendarChange, *, at: datetime) -> Iterator[int]:
        self.asked.append((change.reason, at))
        while (free := self.waiting[change.pk] - self.held) > 0:
            taken = min(3, free)
            self.waiting[change.pk] -= taken
            advance(change, looked_at=taken, moved=1)
            yield taken

    def left(self, change: CalendarChange) -> int:
        return self.waiting[change.pk]


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """The only room there is."""
    monkeypatch.setattr(recalculation, "_registered", {})
    room = Room()
    asked = (lambda: 0, lambda *_: iter(()))
    recalculation.register_in_portions(InPortions("test", *asked, room.line_up, room.follow, room.left))
    return room


def change() -> CalendarChange:
    return CalendarChange.objects.latest("pk")


def test_an_import_leaves_the_rest_for_later(room: Room) -> None:
    report = take_in(whole_year(2027))
    assert report.sentence.endswith("在办办件的期限正在分批重算。")
    assert (room.waiting, change().begun_at, change().finished_at) == ({}, None, None)


def test_it_is_followed_to_the_end(room: Room) -> None:
    take_in(whole_year(2027))
    done = follow(at=LATER)
    assert (done.looked_at, done.finished) == (10, True)
    found = change()
    assert (found.total, found.done, found.moved, found.begun_at, found.finished_at) == (10, 10, 4, LATER, LATER)
    assert room.asked == [(f"日历变更：{found.notice}", LATER)]


def test_it_stops_when_the_time_is_over_and_goes_on(room: Room) -> None:
    take_in(whole_year(2027))
    first = follow(at=LATER, seconds=0)
    assert (first.looked_at, first.finished, change().done) == (3, False, 3)
    assert follow(at=LATER).finished
    assert (change().done, change().total) == (10, 10)


def test_what_somebody_else_holds_keeps_it_open(room: Room) -> None:
    take_in(whole_year(2027))
    room.held = 2
    assert not follow(at=LATER).finished
    assert (change().done, change().finished_at) == (8, None)


def test_what_is_finished_is_not_looked_at_again(room: Room) -> None:
    take_in(whole_year(2027))
    follow(at=LATER)
    assert follow(at=LATER).looked_at == 0
    assert len(room.asked) == 1


def test_the_oldest_notice_comes_first(room: Room) -> None:
    take_in(whole_year(2027))
    take_in(amending("2027-02-14,work,春节", document_no="二"))
    follow(at=LATER)
    assert [reason for reason, _ in room.asked] == [one.reason for one in CalendarChange.objects.order_by("pk")]


def test_a_change_names_the_days_that_became_something_else() -> None:
    take_in(amending("2026-05-06,off,劳动节", "2026-05-23,work,劳动节", "2026-05-04,off,劳动节", document_no="二"))
    assert change().days == ["2026-05-06", "2026-05-23"]  # the fourth was off already


def test_a_new_year_names_only_what_was_assumed_otherwise() -> None:
    take_in(whole_year(2027, "2027-02-14,work,春节"))
    assert change().days == ["2027-02-14"]


def test_what_has_not_begun_cannot_be_finished() -> None:
    take_in(whole_year(2027))
    with pytest.raises(IntegrityError):
        CalendarChange.objects.update(finished_at=AT)


def test_the_task_takes_a_turn_and_rings_again_while_there_is_more(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    take_in(whole_year(2027))
    rings: list[int] = []
    monkeypatch.setattr(tasks.recalculate, "delay", lambda: rings.append(1))
    monkeypatch.setattr(tasks, "TURN", 0.0)
    tasks.recalculate()
    assert (rings, change().done) == ([1], 3)
    monkeypatch.setattr(tasks, "TURN", 10.0)
    tasks.recalculate()
    assert (rings, change().done) == ([1], 10)


def test_the_command_goes_to_the_end_and_says_so(room: Room) -> None:
    out = io.StringIO()
    call_command("recalculate", stdout=out)
    assert out.getvalue() == "没有要重算的。\n"
    take_in(whole_year(2027))
    call_command("recalculate", stdout=out)
    assert "10/10 件，变动 4 个期限，完毕。" in out.getvalue()


def test_the_page_shows_how_far_it_is(room: Room, client) -> None:
    client.force_login(make_user(Role.ADMIN))
    page = reverse("access:calendar")
    assert "重算" not in client.get(page).content.decode()
    take_in(whole_year(2027))
    assert "放假安排已更新，期限重算中（即将开始）" in client.get(page).content.decode()
    follow(at=LATER, seconds=0)
    text = client.get(page).content.decode()
    assert "期限重算中（3/10）" in text
    assert '<progress class="meter" max="10" value="3"' in text
    follow(at=LATER)
    text = client.get(page).content.decode()
    assert "期限重算中" not in text
    assert "4 个" in text


def test_under_way_is_what_is_not_finished(room: Room) -> None:
    assert not queries.changes_under_way()
    take_in(whole_year(2027))
    assert [one.pk for one in queries.changes_under_way()] == [change().pk]
    follow(at=LATER)
    assert not queries.changes_under_way()
