"""A notice tried out by a worker: asked for in a moment, counted in portions, kept when the worker dies, then shown."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from hall.access.enums import Role
from hall.workdays import queries, recalculation, tasks, trial_actions
from hall.workdays.actions import BadNotice
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarTrial
from hall.workdays.recalculation import InPortions, Moved, Tried
from hall.workdays.trial import Trial, whole
from hall.workdays.trial_actions import count_waiting
from tests.builders import make_user
from tests.hall.workdays.builders import AT, amending, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
LATER = AT + timedelta(minutes=1)
OLD, NEW = date(2026, 5, 13), date(2026, 5, 14)
BY_NAME = {"text": whole_year(2027), "title": "", "url": "", "region": "", "region_name": ""}


def moved(docket: str, clock: str = "决定") -> Moved:
    return Moved(docket, clock, OLD, NEW)


class Room:
    """Ten deadlines, three a portion; every second one moves, the last cannot be computed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.before: Callable[[], Any] = lambda: None

    def try_out(self, old: object, new: object, mark: str) -> Iterator[Tried]:
        first = int(mark or 0)
        while first < 10:
            self.before()
            self.asked.append(str(first))
            if error := self.fails.pop(str(first), None):
                raise error
            numbers = range(first, min(first + 3, 10))
            first += 3
            found = [moved(f"case {9 - number}") for number in numbers if number % 2 == 0]
            yield Tried(str(first) if first < 10 else "", len(numbers), found, unknown=9 in numbers)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room with many deadlines and one with few, and no other."""
    monkeypatch.setattr(recalculation, "_registered", {})
    room = Room()
    recalculation.register("few", lambda *_: [moved("case 1", "牌"), moved("card")], lambda **_: 2)
    many = InPortions("many", lambda: 10, room.try_out, lambda _: 0, lambda *_, **__: iter(()), lambda _: 0)
    recalculation.register_in_portions(many)
    return room


def ask(**facts: Any) -> CalendarTrial:
    asked = {**BY_NAME, "by": facts.pop("by", None) or make_user(Role.ADMIN), "at": AT, **facts}
    return trial_actions.ask(**asked)


def again(row: CalendarTrial) -> CalendarTrial:
    row.refresh_from_db()
    return row


def found(row: CalendarTrial) -> Trial:
    trial = again(row).trial
    assert trial is not None
    return trial


def test_what_moves_is_added_up_over_portions_and_rooms(room: Room) -> None:
    trial = whole(lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    assert (trial.done, trial.total, trial.unknown, trial.over) == (10, 10, 1, True)
    assert (trial.cases, trial.deadlines) == (6, 7)  # of case 1 a card moves as well
    assert [(one.docket, one.clock) for one in trial.first] == [
        ("card", "决定"), ("case 1", "决定"), ("case 1", "牌"), ("case 3", "决定"), ("case 5", "决定"),
        ("case 7", "决定"), ("case 9", "决定"),
    ]  # fmt: skip


def test_only_the_smallest_twenty_are_named(room: Room) -> None:
    recalculation.register("few", lambda *_: [moved(f"{n:03d}") for n in range(50, 0, -1)], lambda **_: 0)
    trial = whole(lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    assert (trial.cases, [one.docket for one in trial.first]) == (55, [f"{n:03d}" for n in range(1, 21)])


def test_what_is_kept_comes_back_as_it_was(room: Room) -> None:
    trial = whole(lambda _: None, lambda _: None)  # type: ignore[arg-type, return-value]
    assert Trial.of_json(trial.as_json()) == trial


def test_asking_counts_nothing_and_takes_nothing_in(room: Room) -> None:
    before = CalendarDay.objects.count()
    row = ask()
    assert (row.found, row.finished_at, room.asked) == (None, None, [])
    assert (CalendarDay.objects.count(), CalendarNotice.objects.filter(year=2027).exists()) == (before, False)


def test_a_bad_notice_is_refused_at_once(room: Room) -> None:
    with pytest.raises(BadNotice, match="第 2 行"):
        ask(text="date,kind,name,document_no\n2027-01-04,work,元旦,\n")
    assert not CalendarTrial.objects.exists()


def test_the_same_asked_twice_is_counted_once(room: Room) -> None:
    by = make_user(Role.ADMIN)
    first = ask(by=by)
    assert ask(by=by) == first
    assert ask() != first
    count_waiting(at=LATER)
    assert ask(by=by) != first


def test_it_is_counted_to_the_end(room: Room) -> None:
    row = ask()
    assert count_waiting(at=LATER)
    assert (found(row).cases, found(row).done, row.finished_at, row.token) == (6, 10, LATER, queries.token())
    assert room.asked == ["0", "3", "6", "9"]


def test_each_turn_goes_on_where_the_last_one_stopped(room: Room) -> None:
    row, steps = ask(), []
    while not count_waiting(at=LATER, seconds=0):
        steps.append(found(row).done)
    assert steps == [3, 6, 9]
    assert (room.asked, found(row).done, found(row).cases) == (["0", "3", "6", "9"], 10, 6)


def test_t21_a_worker_killed_while_it_counts_costs_one_portion(room: Room) -> None:
    """What it had in hand is asked again, what was added up is neither lost nor counted twice."""
    row = ask()
    count_waiting(at=LATER, seconds=0)
    room.fails["3"] = SystemExit()  # type: ignore[assignment]
    with pytest.raises(SystemExit):
        count_waiting(at=LATER)
    assert (found(row).done, row.finished_at, row.error) == (3, None, "")
    assert count_waiting(at=LATER)
    assert (room.asked, found(row).done, found(row).deadlines) == (["0", "3", "3", "6", "9"], 10, 7)


def test_a_database_that_went_away_ends_no_trial(room: Room) -> None:
    row = ask()
    room.fails["6"] = OperationalError("server closed the connection unexpectedly")
    with pytest.raises(OperationalError):
        count_waiting(at=LATER)
    assert (found(row).done, row.error) == (6, "")
    assert count_waiting(at=LATER)


def test_any_other_error_ends_it_and_is_named(room: Room) -> None:
    row, other = ask(), ask()
    room.fails["0"] = ValueError("a fact nobody foresaw")
    assert count_waiting(at=LATER)
    assert (again(row).error, row.finished_at) == ("ValueError", LATER)
    assert (again(other).error, found(other).done) == ("", 10)


def test_a_calendar_that_changes_meanwhile_starts_it_anew(room: Room) -> None:
    row = ask()
    count_waiting(at=LATER, seconds=0)
    take_in(amending("2026-08-12,off,临时"))
    count_waiting(at=LATER)
    assert room.asked == ["0", "0", "3", "6", "9"]
    assert (found(row).done, found(row).deadlines, row.token) == (10, 7, queries.token())


def test_a_notice_taken_in_meanwhile_is_tried_no_longer(room: Room) -> None:
    row = ask()
    take_in(whole_year(2027))
    assert count_waiting(at=LATER)
    assert (again(row).error, row.finished_at) == ("BadNotice", LATER)


def test_what_is_old_is_forgotten(room: Room) -> None:
    old = ask()
    kept = ask(at=AT + timedelta(days=6))
    ask(at=AT + timedelta(days=8))
    assert not CalendarTrial.objects.filter(pk=old.pk).exists()
    assert CalendarTrial.objects.filter(pk=kept.pk).exists()


def test_the_scheduler_rings_for_it(room: Room) -> None:
    row = ask()
    tasks.try_out()
    assert again(row).finished_at is not None


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(Role.ADMIN))
    return client


def page_of(admin: Client) -> str:
    answer = admin.post(reverse("access:calendar_preview"), {"text": whole_year(2027), "heading": "试的通知"})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_t21_the_page_is_there_at_once_and_shows_how_far_it_is(room: Room, admin: Client) -> None:
    url = page_of(admin)
    answer = admin.get(url)
    assert (room.asked, answer["Refresh"]) == ([], "2")
    assert "新增 2027 年安排" in answer.content.decode()
    count_waiting(at=LATER, seconds=0)
    answer = admin.get(url)
    text = answer.content.decode()
    assert "已看 3 件，共 10 件在办" in text
    assert '<progress class="meter" max="10" value="3"' in text
    assert "导入并重新计算" not in text
    assert answer["Refresh"] == "2"


def test_the_page_shows_the_result_when_it_is_ready(room: Room, admin: Client) -> None:
    url = page_of(admin)
    count_waiting(at=LATER)
    answer = admin.get(url)
    text = answer.content.decode()
    assert "6 件在办办件的期限会变动，另有 1 件算不出" in text
    assert "2026-05-14" in text
    assert "导入并重新计算" in text
    assert "Refresh" not in answer


def test_a_trial_carries_its_text_to_the_import(room: Room, admin: Client) -> None:
    url = page_of(admin)
    count_waiting(at=LATER)
    given = admin.get(url).context["given"]
    assert admin.post(reverse("access:calendar_import"), given).status_code == 302
    notice = CalendarNotice.objects.get(year=2027)
    assert (notice.title, notice.imported_by.role) == ("试的通知", Role.ADMIN)
    assert "2027年已有" in (text := admin.get(url).content.decode()) or "不能导入" in text


def test_a_result_of_another_calendar_is_not_offered(room: Room, admin: Client) -> None:
    url = page_of(admin)
    count_waiting(at=LATER)
    take_in(amending("2026-08-12,off,临时"))
    text = admin.get(url).content.decode()
    assert "请重新试算" in text
    assert "导入并重新计算" not in text


def test_a_trial_that_failed_may_be_asked_again(room: Room, admin: Client) -> None:
    url = page_of(admin)
    room.fails["0"] = ValueError("x")
    count_waiting(at=LATER)
    answer = admin.get(url)
    assert "没有算完（ValueError）" in answer.content.decode()
    assert admin.post(reverse("access:calendar_preview"), answer.context["given"])["Location"] != url


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_who_may_import_sees_it(room: Room, client: Client, role: str) -> None:
    url = reverse("access:calendar_trial", args=[ask().pk])
    client.force_login(make_user(role))
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("number", [0, 999999999, 99999999999999999999])
def test_a_trial_that_is_not_there_is_not_found(admin: Client, number: int) -> None:
    assert admin.get(f"/manage/calendar/trials/{number}/").status_code == 404


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_never_count_the_same_portion(room: Room) -> None:
    """While one holds the trial, another passes it by and leaves it to him."""
    row, other = ask(), connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM workdays_calendartrial WHERE id = %s FOR UPDATE", [row.pk])
            assert not count_waiting(at=LATER)
            assert room.asked == []
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert count_waiting(at=LATER)


def test_a_turn_of_somebody_else_in_between_is_not_counted_again(room: Room) -> None:
    """Two processes in turn: each goes on from what is kept, not from what it remembers."""
    row, taken = ask(), []
    first = trial_actions._count(row.pk, at=LATER)
    next(first)
    second = trial_actions._count(row.pk, at=LATER)
    next(second)
    for _ in first:
        taken.append(found(row).done)
    assert (taken, list(second)) == ([9, 10], [])
    assert (found(row).done, found(row).deadlines) == (10, 7)


def test_a_portion_that_is_taken_back_is_not_counted(room: Room) -> None:
    row = ask()
    with transaction.atomic():
        count_waiting(at=LATER, seconds=0)
        transaction.set_rollback(True)
    assert again(row).found is None
    assert count_waiting(at=LATER)
    assert found(row).done == 10
