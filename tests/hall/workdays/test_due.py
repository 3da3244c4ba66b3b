"""`manage.py due`: rows in, the same rows out with their due date, or the reason why not."""

import csv
import io
import os
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hall.workdays.calendars import calendars
from hall.workdays.due_pipe import calendars_of, read_calendars
from hall.workdays.due_table import ADDED, Answerer, BadHeader
from hall.workdays.shipped import shipped_calendar
from tests.hall.workdays import oracle

HEADER = ["start", "days", "unit", "pauses", "region"]


def answer(*cells: str, header: list[str] = HEADER) -> list[str]:
    """Due, provisional and error of one row."""
    return Answerer(header, lambda _: shipped_calendar()).answer(list(cells))[-3:]


@pytest.mark.parametrize(
    ("row", "due"),
    [
        (("2026-04-13", "20", "workday", "", ""), "2026-05-13"),
        (("2026-04-13", "20", "workday", "2026-04-17..2026-04-22", ""), "2026-05-18"),
        (("2026-04-13", "20", "workday", " 2026-04-17..2026-04-22 ; 2026-04-20..2026-04-22;", ""), "2026-05-18"),
        (("2026-04-13", "18", "day", "", "130302"), "2026-05-06"),
        (("2026-01-31", "1", "month", "", "130302000000"), "2026-02-28"),
        (("2024-05-17", "5", "workday", "2024-05-20..2024-05-22", ""), "2024-05-28"),
        (("2026-04-13", "0", "workday", "", ""), "2026-04-13"),
        (("2026-04-13", "020", "workday"), "2026-05-13"),
    ],
)
def test_a_row_is_answered(row, due):
    assert answer(*row) == [due, "", ""]


def test_a_provisional_date_says_yes():
    assert answer("2026-12-20", "20", "workday", "", "")[1:] == ["yes", ""]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("", "20", "workday", "", ""), "start"),
        (("2026-02-30", "20", "workday", "", ""), "start"),
        (("20260413", "20", "workday", "", ""), "start"),
        (("2026-W16-1", "20", "workday", "", ""), "start"),
        (("２０２６-04-13", "x", "workday", "", ""), "days"),
        (("2026-04-13", "", "workday", "", ""), "days"),
        (("2026-04-13", "-1", "workday", "", ""), "days"),
        (("2026-04-13", "2.5", "workday", "", ""), "days"),
        (("2026-04-13", "10001", "workday", "", ""), "days"),
        (("2026-04-13", "٢٠", "workday", "", ""), "days"),
        (("2026-04-13", "20", "hour", "", ""), "unit"),
        (("2026-04-13", "20", "", "", ""), "unit"),
        (("2026-04-13", "20", "workday", "2026-04-17", ""), "pauses"),
        (("2026-04-13", "20", "workday", "2026-04-17..", ""), "停表结束"),
        (("2026-04-13", "20", "workday", "2026-04-22..2026-04-17", ""), "早于开始"),
        (("2026-04-13", "20", "workday", "2026-05-13..2026-05-14", ""), "不早于到期日"),
        (("2026-04-13", "20", "day", "2026-06-13..2026-06-14", ""), "不早于到期日"),
        (("2026-04-13", "20", "workday", "", "秦皇岛"), "region"),
        (("2026-04-13", "20", "workday", "", "13030"), "region"),
        (("2026-04-13", "20", "workday", "", "", "more"), "列"),
        (("1950-04-13", "20", "workday", "", ""), "日历范围"),
        (("2100-12-31", "20", "day", "", ""), "日历范围"),
        (("9999-12-31", "10000", "month", "", ""), "日历范围"),
        (("2026-04-13", "20", "workday", ";".join(["2026-04-17..2026-04-18"] * 201), ""), "最多"),
    ],
)
def test_a_bad_row_has_its_reason_and_no_date(row, reason):
    due, provisional, error = answer(*row)
    assert (due, provisional) == ("", "")
    assert reason in error


@given(st.lists(st.text(max_size=30), max_size=7))
def test_no_row_whatever_breaks_the_table(cells):
    answered = Answerer(HEADER, lambda _: shipped_calendar()).answer(cells)
    assert len(answered) == len(HEADER) + len(ADDED)


@given(st.dates(date(2005, 1, 1), date(2025, 1, 1)), st.integers(1, 90))
def test_a_row_agrees_with_counting_on_fingers(start, days):
    assert answer(start.isoformat(), str(days), "workday")[0] == oracle.workdays_due(start, days, []).isoformat()


def test_other_columns_are_kept_and_old_answers_replaced():
    header = ["note", "start", "days", "unit", "due"]
    answerer = Answerer(header, lambda _: shipped_calendar())
    assert answerer.header == ["note", "start", "days", "unit", "due", "provisional", "error"]
    assert answerer.answer(["a", "2026-04-13", "20", "workday", "old"])[:1] == ["a"]
    assert answerer.answer(["a", "2026-04-13", "20", "workday", "old"])[4] == "2026-05-13"


@pytest.mark.parametrize("header", [[], ["start", "days"], ["start", "days", "unit", "unit"], ["a", "b", "c"]])
def test_a_header_without_the_columns_is_refused(header):
    with pytest.raises(BadHeader):
        Answerer(header, lambda _: shipped_calendar())


def test_a_byte_order_mark_is_no_part_of_the_header():
    assert Answerer(["\ufeffstart", "days", "unit"], lambda _: shipped_calendar()).header[0] == "start"


def run_command(monkeypatch, text: str) -> tuple[list[list[str]], int]:
    out, status = io.StringIO(), 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    try:
        call_command("due", stdout=out)
    except SystemExit as end:
        status = int(end.code or 0)
    return list(csv.reader(io.StringIO(out.getvalue()))), status


@pytest.mark.django_db
def test_the_command_answers_every_row(monkeypatch):
    rows, status = run_command(
        monkeypatch, "start,days,unit,pauses,region\n2026-04-13,20,workday,,\n\n2026-04-13,1,day,,\n"
    )
    assert [row[5] for row in rows] == ["due", "2026-05-13", "2026-04-14"]
    assert status == 0


@pytest.mark.django_db
def test_the_command_ends_with_one_where_a_row_was_bad(monkeypatch):
    rows, status = run_command(monkeypatch, "start,days,unit,pauses,region\nx,20,workday,,\n2026-04-13,1,day,,\n")
    assert status == 1
    assert rows[1][5] == ""
    assert rows[2][5] == "2026-04-14"


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n"])
def test_the_command_says_what_the_header_should_be(monkeypatch, text):
    with pytest.raises(CommandError, match="表头应有"):
        run_command(monkeypatch, text)


@pytest.mark.django_db
@pytest.mark.usefixtures("seeded_calendar")
def test_the_pipe_reads_the_same_calendar_as_the_orm():
    with connection.cursor() as cursor:
        piped, loaded = read_calendars(cursor), calendars()
    days = [date(2003, 12, 1) + timedelta(days=n) for n in range(366 * 25)]
    assert [piped.for_region("").day(day) for day in days] == [loaded.for_region("").day(day) for day in days]


def test_a_database_that_is_not_there_is_no_calendar(tmp_path):
    assert calendars_of({"NAME": "none", "USER": "nobody", "HOST": str(tmp_path)}) is None


def pipe(folder: Path, text: str) -> "subprocess.CompletedProcess[bytes]":
    """`manage.py due` as it is called from a shell, where no server listens."""
    place = f"postgresql://nobody@/none?host={folder}"
    environment = {**os.environ, "DATABASE_URL": place, "HALL_DATA_DIR": str(folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "due"]
    return subprocess.run(command, input=text.encode(), capture_output=True, env=environment, check=False)


def test_the_pipe_ends_with_one_where_a_row_was_bad(tmp_path):
    done = pipe(tmp_path, "start,days,unit\nx,1,day\n2026-04-13,1,day\n")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[2] == "2026-04-13,1,day,2026-04-14,,"


def test_the_pipe_says_what_the_header_should_be(tmp_path):
    done = pipe(tmp_path, "a,b\n1,2\n")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "表头应有" in done.stderr.decode()


def test_ten_thousand_rows_take_less_than_two_seconds_with_start_up(tmp_path):
    begin = date(2024, 1, 1)
    rows = (f"{begin + timedelta(days=n % 800)},{n % 40},workday,," for n in range(10_000))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = pipe(tmp_path, "\n".join([",".join(HEADER), *rows, ""]))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Its own time on the processor: what the clock on the wall says depends on what else this machine is doing.
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert (done.returncode, done.stdout.count(b"\n")) == (0, 10_001)
    assert took < 2
