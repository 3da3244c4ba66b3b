"""Every constraint of the calendar, broken once by name; and notices as files people really send (F06, T05)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, models, transaction
from django.test import Client

from hall.access.enums import Role
from hall.workdays.models import CalendarChange, CalendarDay, CalendarNotice, CalendarTrial, CalendarVersion
from tests import builders
from tests.hall.workdays.builders import AT, HEAD, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
ROOM = (CalendarNotice, CalendarDay, CalendarVersion, CalendarChange, CalendarTrial)
YEAR = whole_year(2027)


def notice(**facts: object) -> CalendarNotice:
    return CalendarNotice(**{"year": 2027, "title": "x", **facts})  # type: ignore[arg-type]


def day(**facts: object) -> CalendarDay:
    any_notice = CalendarNotice.objects.first()
    return CalendarDay(**{"date": date(2027, 5, 1), "kind": "off", "name": "x", "notice": any_notice, **facts})


def by_itself() -> CalendarDay:
    own = CalendarNotice.objects.first()
    return day(notice=own, superseded_by=own)


def same_number() -> CalendarNotice:
    taken = CalendarNotice.objects.exclude(document_no="").filter(region="")[0]
    return notice(document_no=taken.document_no)


BROKEN: dict[str, Callable[[], models.Model]] = {
    "notice_one_original_a_year": lambda: notice(year=2026),
    "notice_number_once": same_number,
    "notice_year_in_calendar": lambda: notice(year=2101),
    "notice_region_code": lambda: notice(region="130321"),
    "notice_imported_at_some_time": lambda: notice(imported_by=builders.make_user(Role.ADMIN)),
    "calendar_day_once": lambda: day(date=date(2026, 5, 1)),
    "calendar_make_up_on_weekend": lambda: day(date=date(2027, 5, 3), kind="work"),
    "calendar_day_not_by_itself": by_itself,
    "calendar_version_one_row": lambda: CalendarVersion(id=2),
    "calendar_change_begun_before_finished": lambda: CalendarChange(
        notice=CalendarNotice.objects.first(), finished_at=AT
    ),
    "calendar_trial_failed_is_over": lambda: CalendarTrial(
        text=YEAR, asked_by=builders.make_user(Role.ADMIN), asked_at=AT, error="x"
    ),
}
CONSTRAINTS = {constraint.name: constraint for model in ROOM for constraint in model._meta.constraints}


def test_no_constraint_is_left_out_of_the_table() -> None:
    assert set(BROKEN) == set(CONSTRAINTS)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name: str) -> None:
    row = BROKEN[name]()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("name", [name for name in CONSTRAINTS if name != "calendar_version_one_row"])
def test_it_has_a_sentence_of_its_own(name: str) -> None:
    constraint = CONSTRAINTS[name]
    assert str(constraint.violation_error_message) != str(constraint.default_violation_error_message)
    assert str(constraint.violation_error_message).endswith("。")


GOOD: dict[str, bytes] = {
    "utf-8": YEAR.encode(),
    "utf-8 with its mark": YEAR.encode("utf-8-sig"),
    "gb18030": YEAR.encode("gb18030"),
    "windows line ends": YEAR.replace("\n", "\r\n").encode(),
    "no line end at the end": YEAR.strip().encode(),
    "blank lines": YEAR.replace("\n", "\n\n").encode(),
    "quotes": YEAR.replace("元旦", '"元旦"').encode(),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_a_notice_comes_in_however_it_was_saved(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "notice.csv").write_bytes(data)
    call_command("import_notice", str(tmp_path / "notice.csv"))
    assert CalendarNotice.objects.filter(year=2027).count() == 1
    assert CalendarDay.objects.filter(notice__year=2027).count() == YEAR.strip().count("\n")


BAD: dict[str, bytes] = {
    "empty": b"",
    "a heading only": HEAD.encode(),
    "blank": b"\n\n\n",
    "binary": bytes(range(256)),
    "a workbook": b"PK\x03\x04" + b"\x00" * 100,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "a web page": b"<html></html>",
    "a quote never closed": f'{HEAD}2027-01-01,off,"yuandan,\n'.encode(),
    "too few columns": f"{HEAD}2027-01-01,off\n".encode(),
    "too many columns": f"{HEAD}2027-01-01,off,x,,,\n".encode(),
    "another order": b"kind,date,name,document_no\noff,2027-01-01,x,\n",
    "another separator": YEAR.replace(",", ";").encode(),
    "other dates": YEAR.replace("2027-", "2027/").encode(),
    "two years": f"{HEAD}2027-01-01,off,x,\n2028-05-01,off,x,\n".encode(),
    "a day twice": f"{HEAD}2027-01-01,off,x,\n2027-01-01,off,x,\n".encode(),
    "a year long": (HEAD + "".join(f"2027-{n % 12 + 1:02d}-{n % 28 + 1:02d},off,x,\n" for n in range(400))).encode(),
    "a year too far": f"{HEAD}2101-01-01,off,x,\n".encode(),
    "a huge file": YEAR.encode() + b"#" * 200_000,
    "a number that is none": f"{HEAD}2027-01-32,off,x,\n".encode(),
    "a long name": f"{HEAD}2027-01-01,off,{'长' * 21},\n".encode(),
    "a NUL": f"{HEAD}2027-01-01,off,x\x00,\n".encode(),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_the_command_ends_in_sentences(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "notice.csv").write_bytes(data)
    before = CalendarDay.objects.count()
    with pytest.raises(CommandError) as refused:
        call_command("import_notice", str(tmp_path / "notice.csv"))
    assert "请改正后再来" in str(refused.value)
    assert (CalendarDay.objects.count(), CalendarNotice.objects.filter(year=2027).count()) == (before, 0)


@pytest.mark.parametrize("address", ["/manage/calendar/preview/", "/manage/calendar/import/"])
def test_the_page_answers_every_bad_file_in_words(client: Client, address: str) -> None:
    client.force_login(builders.make_user(Role.ADMIN))
    before = CalendarDay.objects.count()
    answers = {}
    for name, data in BAD.items():
        response = client.post(address, {"file": SimpleUploadedFile("notice.csv", data)})
        answers[name] = response.status_code
        assert "error" in response.content.decode() or "不" in response.content.decode(), name
    assert set(answers.values()) == {422}, answers
    assert CalendarDay.objects.count() == before


def test_trying_a_good_notice_writes_nothing(client: Client) -> None:
    client.force_login(builders.make_user(Role.ADMIN))
    before = CalendarDay.objects.count()
    response = client.post("/manage/calendar/preview/", {"file": SimpleUploadedFile("notice.csv", YEAR.encode())})
    assert (response.status_code, CalendarDay.objects.count()) == (302, before)
