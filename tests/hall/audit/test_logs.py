"""Logs of the servers stay six months at least, and go on record only (U08)."""

import gzip
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from hall.access.models import User
from hall.audit import actions, keeping, tasks
from hall.audit.parameters import LOG_MONTHS
from hall.facts import parameters
from hall.facts.errors import NotPermitted
from hall.ledger.models import Event
from hall.local.log_files import kept, kept_dir
from tests.builders import Hall, moment
from tests.hall.exports.taking import at_desk

pytestmark = pytest.mark.django_db
AT = moment("2026-11-13 10:00")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HALL_DATA_DIR", str(tmp_path))
    return tmp_path


def put(*days: str, name: str = "web") -> None:
    for day in days:
        path = kept_dir() / f"{name}-{datetime.fromisoformat(day):%Y%m%dT%H%M%S}.log.gz"
        path.write_bytes(gzip.compress(b"a line\n"))


def left() -> list[date]:
    return [one.day for one in kept()]


def test_u08_the_months_are_those_of_the_law_and_cannot_be_fewer() -> None:
    row = parameters.in_force(LOG_MONTHS, center=None, on=AT.date())
    (key,) = (key for key in parameters.declared() if key.name == LOG_MONTHS)
    assert (row.value, key.least) == (6, 6)
    assert "网络安全法" in row.source


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 13), 6, date(2026, 5, 13)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 3, 1), 6, date(2025, 9, 1)),
        (date(2026, 1, 31), 12, date(2025, 1, 31)),
    ],
)
def test_u08_months_are_counted_by_the_calendar(day: date, months: int, before: date) -> None:
    assert keeping.months_before(day, months) == before


def test_u08_only_what_is_older_than_six_months_goes() -> None:
    put("2026-05-11", "2026-05-12", "2026-05-13", "2026-11-12")
    assert actions.remove_logs(by=None, at=AT) == 2
    assert left() == [date(2026, 5, 13), date(2026, 11, 12)]


def test_u08_the_event_says_how_many_files_of_which_days_and_by_whom(hall: Hall) -> None:
    put("2026-05-11", "2026-05-12")
    actions.remove_logs(by=hall.auditor, at=AT)
    event = Event.objects.get(kind=actions.REMOVED)
    assert event.actor == hall.auditor
    assert event.data == {"files": 2, "first": "2026-05-11", "last": "2026-05-12", "months": 6}


def test_u08_where_nothing_is_over_nothing_happens_and_nothing_is_told(hall: Hall) -> None:
    put("2026-11-12")
    assert actions.remove_logs(by=hall.auditor, at=AT) == 0
    assert not Event.objects.filter(kind=actions.REMOVED).exists()


def test_u08_nobody_but_an_auditor_removes_logs(hall: Hall) -> None:
    put("2026-05-11")
    for user in hall.everybody():
        if user != hall.auditor:
            with pytest.raises(NotPermitted):
                actions.remove_logs(by=user, at=AT)
    assert left() == [date(2026, 5, 11)]


def test_u08_what_is_none_of_our_logs_stays() -> None:
    (kept_dir() / "notes.txt").write_text("x")
    put("2026-05-11")
    actions.remove_logs(by=None, at=AT)
    assert [path.name for path in kept_dir().iterdir()] == ["notes.txt"]


@time_machine.travel("2026-11-13 02:00Z", tick=False)
def test_u08_the_scheduler_removes_under_the_same_rule() -> None:
    put("2026-05-11", "2026-11-12")
    assert tasks.remove_logs() == 1
    assert Event.objects.get(kind=actions.REMOVED).actor is None


def typed(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("hall.audit.management.commands.purge_logs.getpass", lambda _: password)


def with_password(user: User) -> str:
    user.set_password("correct horse")
    user.save()
    return str(user.username)


@time_machine.travel("2026-11-13 02:00Z", tick=False)
def test_u08_by_hand_the_auditor_types_a_password(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put("2026-05-11")
    typed(monkeypatch, "correct horse")
    call_command("purge_logs", by=with_password(hall.auditor))
    assert "已清除 1 个文件" in capsys.readouterr().out
    assert Event.objects.get(kind=actions.REMOVED).actor == hall.auditor


@time_machine.travel("2026-11-13 02:00Z", tick=False)
@pytest.mark.parametrize(("who", "password"), [("auditor", "wrong"), ("clerk", "correct horse"), ("nobody", "x")])
def test_u08_by_hand_nobody_else_does(hall: Hall, monkeypatch: pytest.MonkeyPatch, who: str, password: str) -> None:
    put("2026-05-11")
    typed(monkeypatch, password)
    name = with_password(getattr(hall, who)) if who != "nobody" else "nobody"
    with pytest.raises(CommandError):
        call_command("purge_logs", by=name)
    assert left() == [date(2026, 5, 11)]


def test_u08_the_page_lists_what_is_kept_without_a_line_of_it(hall: Hall) -> None:
    put("2026-05-11")
    put("2026-05-11", name="worker")
    text = at_desk(hall.auditor).get("/manage/audit/logs/").content.decode()
    assert "2026-05-11" in text
    assert "web、worker" in text
    assert "a line" not in text


def test_an_empty_page_says_when_something_comes(hall: Hall) -> None:
    assert "还没有收好的日志" in at_desk(hall.auditor).get("/manage/audit/logs/").content.decode()
