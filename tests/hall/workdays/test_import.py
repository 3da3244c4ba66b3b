"""Taking in a notice: a new year, an amendment in either direction, a dry run that names what moves."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from hall.workdays import recalculation
from hall.workdays.actions import BadNotice
from hall.workdays.arithmetic import DayKind
from hall.workdays.calendars import calendar_for
from hall.workdays.models import CalendarDay, CalendarNotice, CalendarVersion
from hall.workdays.recalculation import Moved
from tests.hall.workdays.builders import AMENDMENT, AT, HEAD, ORIGINAL, amending, open_case, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
FIRST_OF_FEBRUARY = date(2020, 2, 1)  # a Saturday


@pytest.fixture
def before_the_amendment():
    """As if 国办发明电〔2020〕1号 had not come out yet."""
    CalendarDay.objects.filter(notice__document_no=AMENDMENT).delete()
    CalendarDay.objects.filter(superseded_by__document_no=AMENDMENT).update(superseded_by=None)
    CalendarNotice.objects.filter(document_no=AMENDMENT).delete()
    CalendarVersion.objects.all().update(token="00000000-0000-4000-8000-000000000001")


EXTENDED = amending("2020-01-31,off,春节", "2020-02-01,off,春节", "2020-02-02,off,春节", document_no=AMENDMENT)


def test_t04_a_new_year_makes_its_dates_certain():
    assert calendar_for("").add(date(2026, 12, 31), 10).provisional
    take_in(whole_year(2027))
    assert not calendar_for("").add(date(2026, 12, 31), 10).provisional


def test_a_new_year_brings_its_make_up_days():
    take_in(whole_year(2027, "2027-02-14,work,春节"))
    assert calendar_for("").day(date(2027, 2, 14)).kind is DayKind.MAKE_UP


def test_a_working_day_becomes_a_holiday(before_the_amendment):
    assert calendar_for("").is_working(FIRST_OF_FEBRUARY)
    take_in(EXTENDED)
    assert not calendar_for("").is_working(FIRST_OF_FEBRUARY)


def test_a_holiday_becomes_a_working_day():
    assert not calendar_for("").is_working(FIRST_OF_FEBRUARY)
    take_in(amending("2020-02-01,work,春节", "2020-01-31,work,春节", document_no="后来的文号"))
    assert calendar_for("").is_working(FIRST_OF_FEBRUARY)
    assert calendar_for("").is_working(date(2020, 1, 31))  # a Friday, a plain working day again


def test_the_due_date_of_an_open_case_moves_with_it(before_the_amendment):
    """Accepted Monday 2019-12-30, 20 working days: first Saturday 1 February, then Tuesday the 4th."""
    with open_case(date(2019, 12, 30), 20):
        report = take_in(EXTENDED, dry_run=True)
    assert [(moved.old, moved.new) for moved in report.first_moved] == [(FIRST_OF_FEBRUARY, date(2020, 2, 4))]


def test_a_dry_run_writes_nothing(before_the_amendment):
    before = (CalendarDay.objects.count(), CalendarNotice.objects.count(), CalendarVersion.objects.get().token)
    with open_case(date(2019, 12, 30), 20) as reasons:
        take_in(EXTENDED, dry_run=True)
    assert (CalendarDay.objects.count(), CalendarNotice.objects.count(), CalendarVersion.objects.get().token) == before
    assert reasons == []


def test_t21_a_dry_run_says_how_many_cases_move(before_the_amendment):
    with open_case(date(2019, 12, 30), 20):
        sentence = take_in(EXTENDED, dry_run=True).sentence
    assert "1 件在办办件的期限会变动" in sentence
    assert f"修改 国务院办公厅关于2020年部分节假日安排的通知（{ORIGINAL}）" in sentence


def test_a_dry_run_names_the_days_that_differ(before_the_amendment):
    changes = [(c.on.isoformat(), c.old_words, c.new_words) for c in take_in(EXTENDED, dry_run=True).changes]
    assert changes == [
        ("2020-01-31", "上班", "春节放假"),
        ("2020-02-01", "调休上班（春节）", "春节放假"),
        ("2020-02-02", "周末", "春节放假"),
    ]


def test_an_import_recalculates_with_its_reason(before_the_amendment):
    with open_case(date(2019, 12, 30), 20) as reasons:
        report = take_in(EXTENDED, title="国务院办公厅关于延长2020年春节假期的通知")
    assert report.recalculated == 1
    assert reasons == [f"日历变更：国务院办公厅关于延长2020年春节假期的通知（{AMENDMENT}）"]


def test_recalculation_sees_the_new_calendar(before_the_amendment):
    seen = []
    look = lambda: seen.append(calendar_for("").is_working(FIRST_OF_FEBRUARY))  # noqa: E731 - one look, used once
    with open_case(date(2019, 12, 30), 20, then=look):
        take_in(EXTENDED)
    assert seen == [False]


def test_a_replaced_day_stays_with_the_notice_that_replaced_it(before_the_amendment):
    take_in(EXTENDED)
    old = CalendarDay.objects.get(date=FIRST_OF_FEBRUARY, kind="work")
    assert (old.notice.document_no, old.superseded_by.document_no) == (ORIGINAL, AMENDMENT)


def test_an_amendment_points_to_what_it_amends(before_the_amendment):
    take_in(EXTENDED)
    assert CalendarNotice.objects.get(document_no=AMENDMENT).amends.document_no == ORIGINAL


def test_an_import_says_who_and_when():
    take_in(whole_year(2027), url="https://www.gov.cn/x")
    notice = CalendarNotice.objects.get(year=2027)
    assert (notice.imported_at, notice.url, notice.region) == (AT, "https://www.gov.cn/x", "")


def test_every_import_has_a_version_of_its_own():
    before = CalendarVersion.objects.get()
    take_in(whole_year(2027))
    after = CalendarVersion.objects.get()
    assert (after.number, after.changed_at) == (before.number + 1, AT)
    assert after.token != before.token


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (whole_year(2027).replace("2027-04-05,off,清明节,\n", ""), "清明节的法定假日 2027-04-05"),
        (EXTENDED, "已经导入过"),
        (amending("2020-02-01,off,春节"), "与现行日历完全相同"),
        (HEAD + "2027-01-01,off,元旦,\n2027-01-01,off,元旦,\n", "重复"),
        (amending("2026-10-06,work,国庆节"), "国庆节放假中间缺 2026-10-06"),
        (amending("2026-05-01,work,劳动节"), "法定假日 2026-05-01"),
    ],
)
def test_t05_a_bad_file_changes_nothing(text, fault):
    before = CalendarDay.objects.count()
    with pytest.raises(BadNotice, match=fault):
        take_in(text)
    assert CalendarDay.objects.count() == before


def test_a_failing_recalculation_takes_the_import_back(before_the_amendment):
    def fail() -> None:
        raise RuntimeError("a case cannot be written")

    with open_case(date(2019, 12, 30), 20, then=fail), pytest.raises(RuntimeError):
        take_in(EXTENDED)
    assert calendar_for("").is_working(FIRST_OF_FEBRUARY)
    assert not CalendarNotice.objects.filter(document_no=AMENDMENT).exists()


def test_a_region_has_days_of_its_own():
    take_in(
        amending("2026-08-12,off,颁金节"),
        region="130321000000",
        region_name="青龙满族自治县",
        title="关于颁金节放假的通知",
    )
    wednesday = date(2026, 8, 12)
    assert not calendar_for("130321000000").is_working(wednesday)
    assert not calendar_for("130321100201").is_working(wednesday)  # a village of the county
    assert calendar_for("130302000000").is_working(wednesday)  # its neighbour
    assert calendar_for("").is_working(wednesday)


def test_a_region_may_work_where_the_nation_rests():
    take_in(amending("2026-05-02,work,劳动节"), region="130321000000", region_name="青龙", title="试")  # Saturday
    assert calendar_for("130321000000").is_working(date(2026, 5, 2))
    assert not calendar_for("").is_working(date(2026, 5, 2))


def command(tmp_path, text: str, *more: str) -> str:
    (tmp_path / "notice.csv").write_text(text, encoding="utf-8")
    out = io.StringIO()
    call_command("import_notice", str(tmp_path / "notice.csv"), *more, stdout=out)
    return out.getvalue()


def test_the_command_imports(tmp_path):
    assert "已导入" in command(tmp_path, whole_year(2027))
    assert CalendarNotice.objects.filter(year=2027).exists()


def test_the_command_tries_without_writing(tmp_path, before_the_amendment):
    with open_case(date(2019, 12, 30), 20):
        told = command(tmp_path, EXTENDED, "--dry-run")
    assert "130302-0012-20200101-00001-5 decision 2020-02-01 → 2020-02-04" in told
    assert "什么都没有写入" in told
    assert not CalendarNotice.objects.filter(document_no=AMENDMENT).exists()


def test_the_command_names_the_lines_of_a_bad_file(tmp_path):
    with pytest.raises(CommandError, match="第 2 行"):
        command(tmp_path, HEAD + "2027-01-04,work,元旦,\n")


def test_the_command_says_that_a_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("import_notice", str(tmp_path / "none.csv"))


def test_an_import_says_how_many_deadlines_moved(before_the_amendment):
    with open_case(date(2019, 12, 30), 20):
        assert take_in(EXTENDED).sentence.endswith("重新计算后 1 个期限变动，在办办件的期限正在分批重算。")


def test_a_dry_run_without_open_cases_says_so():
    assert take_in(whole_year(2027), dry_run=True).sentence.endswith("没有在办办件的期限变动。")


def test_more_than_twenty_are_counted_and_not_listed(before_the_amendment):
    many = [Moved(f"{n:05d}", "decision", FIRST_OF_FEBRUARY, date(2020, 2, 4)) for n in range(30)]
    recalculation.register("many", lambda *_: many, lambda **_: 0)
    try:
        report = take_in(EXTENDED, dry_run=True)
    finally:
        recalculation.unregister("many")
    assert (report.trial.cases, len(report.first_moved), report.first_moved[0].docket) == (30, 20, "00000")
    assert "30 件在办办件的期限会变动，以下是前 20 条" in report.sentence


def test_a_database_without_calendar_takes_no_notice():
    CalendarDay.objects.all().delete()
    with pytest.raises(BadNotice, match="还没有日历"):
        take_in(whole_year(2027))
