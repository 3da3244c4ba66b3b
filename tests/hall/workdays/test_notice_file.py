"""The file of a notice: whole or not at all, every fault with its line (T05)."""

from datetime import date, timedelta

import pytest

from hall.workdays.arithmetic import Day, DayKind
from hall.workdays.notice_file import BadNotice, decode, gaps, parse
from hall.workdays.shipped import day_of, shipped_days

HEAD = "date,kind,name,document_no\n"


def faults(text: str, **more) -> str:
    with pytest.raises(BadNotice) as caught:
        parse(text, **more)
    return "\n".join(caught.value.faults)


def test_a_good_file_is_read():
    file = parse(HEAD + "2027-01-01,off,元旦,国办发明电〔2026〕9号\n2027-01-03,work,元旦,国办发明电〔2026〕9号\n")
    assert (file.year, file.document_no, len(file.rows)) == (2027, "国办发明电〔2026〕9号", 2)


def test_december_days_of_new_year_belong_to_the_next_year():
    assert parse(HEAD + "2026-12-31,off,元旦,\n2027-01-01,off,元旦,\n").year == 2027


def test_a_number_that_is_not_known_stays_empty():
    assert parse(HEAD + "2027-01-01,off,元旦,\n").document_no == ""


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("2027-01-01,off,元旦,\n2027-01-01,off,元旦,\n", "第 3 行：2027-01-01 与第 2 行重复"),
        ("2027-01-04,work,元旦,\n", "第 2 行：2027-01-04 是周一"),  # make-up day on a weekday
        ("2027-02-30,off,春节,\n", "第 2 行：日期“2027-02-30”"),
        ("1.1.2027,off,元旦,\n", "第 2 行：日期"),
        ("2027-01-01,holiday,元旦,\n", "第 2 行：安排“holiday”"),
        ("2027-01-01,off,,\n", "第 2 行：节日名称"),
        ("2027-01-01,off,元旦\n", "第 2 行：应有 4 列，实际 3 列"),
        ("2027-01-01,off,元旦,,\n", "第 2 行：应有 4 列，实际 5 列"),
        ("1949-10-01,off,国庆节,\n", "1990—2100"),
        ("2027-01-01,off,元旦,\n2028-05-01,off,劳动节,\n", "2027、2028 年"),
        ("2027-01-01,off,元旦,甲\n2027-05-03,off,劳动节,乙\n", "多个文号"),
        ("", "没有一天"),
        ("2027-01-01,off,元旦,\x00\n", "空字符"),
    ],
)
def test_a_fault_is_named_with_its_line(rows, fault):
    assert fault in faults(HEAD + rows)


def test_t05_every_fault_is_named_at_once():
    found = faults(HEAD + "x,off,元旦,\n2027-01-04,work,元旦,\n2027-01-05,maybe,元旦,\n")
    assert [line.split("：")[0] for line in found.splitlines()] == ["第 2 行", "第 4 行", "第 3 行"]


def test_t05_a_whole_year_of_rows_is_refused():
    days = (date(2027, 1, 1) + timedelta(days=n) for n in range(400))
    assert "有 400 天" in faults(HEAD + "".join(f"{day},off,假,\n" for day in days))


@pytest.mark.parametrize("head", ["", "date,kind,name\n", "日期,安排,名称,文号\n", "kind,date,name,document_no\n"])
def test_a_wrong_header_is_refused(head):
    assert "第 1 行：表头" in faults(head + "2027-01-01,off,元旦,\n")


def test_an_amendment_may_take_a_day_off_back():
    existing = {date(2027, 2, 9): Day(DayKind.HOLIDAY, "春节")}  # Tuesday
    assert parse(HEAD + "2027-02-09,work,春节,\n", existing).rows[0].kind == "work"


def days_in_force(year: int) -> dict[date, Day]:
    return {d.on: day_of(d.kind, d.name, d.notice) for d in shipped_days() if d.on.year == year}


def test_a_published_year_has_no_gap():
    assert [fault for year in range(2014, 2027) for fault in gaps(days_in_force(year), year)] == []


def test_a_statutory_day_left_out_is_a_gap():
    days = days_in_force(2026)
    del days[date(2026, 6, 19)]  # Friday, 端午节
    assert "2026 年端午节的法定假日 2026-06-19 没有放假" in gaps(days, 2026)[0]


def test_a_day_left_out_in_the_middle_is_a_gap():
    days = days_in_force(2026)
    del days[date(2026, 10, 6)]  # Tuesday, no statutory day but inside the holiday
    assert gaps(days, 2026) == ["国庆节放假中间缺 2026-10-06，应当连续。"]


def test_a_weekend_day_not_written_out_is_no_gap():
    days = days_in_force(2026)
    del days[date(2026, 10, 4)]  # Sunday
    assert gaps(days, 2026) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_is_read_in_the_encodings_met_here(encoding):
    assert decode((HEAD + "2027-01-01,off,元旦,").encode(encoding)).endswith("元旦,")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x81", b"x" * 100_001])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(BadNotice):
        decode(content)
