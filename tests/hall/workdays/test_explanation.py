"""Why that day, in lines a clerk can read aloud, and the cells of the ruler."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from hall.workdays.explanation import Explanation, Stop, Wording, day_words, explain_term, span_words
from hall.workdays.ruler import Fold, by_week
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit, Span, end_of_term

CALENDAR = shipped_calendar()
MONDAY, TODAY = date(2026, 4, 13), date(2026, 5, 13)
REVIEW = Stop(date(2026, 4, 17), date(2026, 4, 22), "专家评审", "秦审评〔2026〕14号", "行政许可法第四十五条")
WORDING = Wording("决定期限", "承诺", "受理", "受理当日不计", "办结")


def tell(
    count: int = 20, unit: str = "workday", *stops: Stop, start: date = MONDAY, today: date = TODAY
) -> Explanation:
    return explain_term(start, Limit(count, unit), stops, CALENDAR, today=today, wording=WORDING)


def line(told: Explanation, when: str) -> str:
    return next(line.text for line in told.lines if line.when == when)


def test_the_worked_example_in_lines():
    assert [tuple(line[:3]) for line in tell(20, "workday", REVIEW).lines] == [
        ("4月13日（周一）", "受理当日不计，4月14日为第 1 日", "民法典第二百零一条"),
        ("周末", "共 7 天，不计", "国务院关于职工工作时间的规定第七条"),
        ("4月20日—22日", "专家评审停表 3 个工作日，秦审评〔2026〕14号书面告知", "行政许可法第四十五条"),
        ("5月1日—5日", "劳动节放假 5 天，不计", "国务院办公厅关于2026年部分节假日安排的通知"),
        ("5月9日（周六）", "调休上班，计第 14 日", "同上"),
        ("5月18日（周一）", "第 20 日，到期，当天下班前办结", ""),
    ]


def test_the_worked_example_in_a_sentence():
    assert tell(20, "workday", REVIEW).sentence == "承诺 20 个工作日，5月18日（周一）下班前办结。"


def test_the_worked_example_in_everyday_words():
    assert tell(20, "workday", REVIEW).plain == (
        "承诺 20 个工作日。受理当天不算；周末、劳动节不算；4月20日—22日专家评审，停表 3 个工作日；"
        "5月9日（周六）调休上班，算 1 天。"
    )


def test_a_notice_can_be_opened():
    assert next(line.url for line in tell().lines if "劳动节" in line.text).startswith("https://www.gov.cn/")


def test_an_open_pause_says_until_when_it_was_counted():
    told = tell(20, "workday", Stop(date(2026, 5, 8), TODAY, "检验", source="行政许可法第四十五条", open=True))
    assert told.stopped
    assert line(told, "5月8日起") == "检验停表，至今 4 个工作日"
    assert told.sentence == "承诺 20 个工作日，停表中，期限顺延；如今天恢复，到 5月19日（周二）办结。"


def test_a_make_up_day_inside_a_pause_does_not_count():
    told = tell(20, "workday", Stop(date(2026, 5, 8), date(2026, 5, 12), "检验"))
    assert line(told, "5月9日（周六）") == "调休上班，停表期间，不计"


def test_a_pause_over_a_weekend_only_says_that_nothing_moves():
    told = tell(20, "workday", Stop(date(2026, 4, 17), date(2026, 4, 19), "检验"))
    assert "期限不变" in line(told, "4月17日—19日")


def test_overlapping_pauses_say_that_days_count_once():
    told = tell(20, "workday", REVIEW, Stop(date(2026, 4, 20), date(2026, 4, 24), "检测"))
    assert sum("只算一次" in line.text for line in told.lines) == 2


def test_a_pause_after_the_term_is_not_told():
    assert all("检验" not in line.text for line in tell(20, "workday", Stop(TODAY, date(2026, 5, 20), "检验")).lines)


def test_days_that_end_on_a_holiday_say_where_they_roll():
    told = tell(18, "day")
    assert line(told, "5月1日（周五）") == "最后一日逢劳动节放假，顺延到 5月6日（周三）"
    assert "顺延到 5月6日（周三）" in told.plain


def test_days_do_not_speak_of_weekends():
    assert all(line.when != "周末" for line in tell(15, "day").lines)


def test_a_month_without_the_day_says_so():
    told = tell(1, "month", start=date(2026, 1, 31))
    assert line(told, "2月28日（周六）") == "满 1 个月，当月没有对应的日子，取月末日"


def test_what_is_provisional_says_why():
    told = tell(200)
    assert told.provisional
    assert "2027年放假安排尚未公布" in line(told, "暂定")
    assert "预计 2027年1月28日（周四）" in told.sentence
    assert "还没有公布" in told.plain


def test_what_is_over_says_by_how_much():
    assert tell(10).sentence == "承诺 10 个工作日，4月27日（周一）下班前办结，已过 16 天。"


def test_the_same_day_says_so():
    told = tell(0)
    assert told.sentence == "承诺 当天，4月13日（周一）下班前办结，已过 30 天。"
    assert len(told.cells) == 1


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-04-20", "2026-04-22", "4月20日—22日"),
        ("2026-04-30", "2026-05-03", "4月30日—5月3日"),
        ("2026-12-31", "2027-01-02", "12月31日—2027年1月2日"),
        ("2027-01-01", "2027-01-01", "2027年1月1日"),
    ],
)
def test_spans_in_words(first, last, words):
    assert span_words(date.fromisoformat(first), date.fromisoformat(last), 2026) == words


def test_a_day_of_another_year_names_it():
    assert day_words(date(2027, 1, 28), 2026) == "2027年1月28日（周四）"


def cell(told: Explanation, day: date):
    return next(cell for cell in told.cells if cell.date == day)


@pytest.mark.parametrize(
    ("day", "number", "css"),
    [
        ("2026-04-13", "受理", ""),
        ("2026-04-14", "1", "used"),
        ("2026-04-18", "休", "off"),
        ("2026-04-20", "停", "paused"),
        ("2026-05-01", "休", "off"),
        ("2026-05-09", "14", "used made-up"),
        ("2026-05-13", "17", "used today"),
        ("2026-05-15", "19", ""),
        ("2026-05-18", "20", "due"),
    ],
)
def test_cells_of_the_worked_example(day, number, css):
    shown = cell(tell(20, "workday", REVIEW), date.fromisoformat(day))
    assert (shown.number, shown.css) == (number, css)


def test_cells_that_roll_are_not_numbered():
    told = tell(18, "day")
    assert [c.number for c in told.cells[-6:]] == ["18", "延", "延", "延", "延", "到期"]


def test_a_cell_says_what_it_is():
    assert cell(tell(20, "workday", REVIEW), date(2026, 5, 9)).label == "5月9日 周六 调休上班，第 14 日"


def test_the_legend_names_only_what_is_shown():
    assert dict(tell(3, start=date(2026, 4, 13), today=date(2026, 4, 13)).legend) == {
        "": "未到",
        "today": "今天",
        "due": "到期日",
    }


def test_the_legend_names_the_ground_of_a_pause():
    assert dict(tell(20, "workday", REVIEW).legend)["paused"] == "专家评审停表"


@pytest.mark.parametrize(("count", "layout"), [(5, "short"), (20, "line"), (40, "rows"), (200, "rows")])
def test_the_wide_form_lies_as_its_length_asks(count, layout):
    assert tell(count).layout == layout


def test_long_clocks_fold_runs_of_plain_weeks():
    folds = [week.fold for week in tell(200).weeks if week.fold]
    assert folds[0].label == "5/18—6/14，4 周，第 23—42 日"
    assert len(tell(200).weeks) < 25


@given(st.integers(0, 250), st.dates(date(2020, 1, 1), date(2026, 6, 1)), st.integers(0, 300))
@settings(max_examples=60)
def test_folding_loses_no_day(count, start, later):
    told = tell(count, start=start, today=start + timedelta(days=later))
    for laid in (told.wide, [part for week in told.weeks for part in ((week.fold,) if week.fold else week.cells)]):
        days = [n for part in laid for n in ((part.last - part.first).days + 1 if isinstance(part, Fold) else 1,)]
        assert sum(days) == len(told.cells)


@given(st.integers(1, 90), st.dates(date(2020, 1, 1), date(2026, 6, 1)), st.sampled_from(["workday", "day"]))
@settings(max_examples=100)
def test_the_last_number_is_the_limit(count, start, unit):
    told = tell(count, unit, start=start)
    assert max(int(c.number) for c in told.cells if c.kind == "counted") == count


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 20), st.sampled_from(["workday", "day", "month"]))
@settings(max_examples=100)
def test_the_cells_end_where_the_arithmetic_does(count, after, length, unit):
    begin = MONDAY + timedelta(days=after)
    limit = Limit(count % 12 if unit == "month" else count, unit)
    told = tell(limit.count, unit, Stop(begin, begin + timedelta(days=length), "检验"))
    span = Span(begin, begin + timedelta(days=length))
    assert told.cells[-1].date == told.due == end_of_term(MONDAY, limit, [span], CALENDAR).due


def test_weeks_begin_on_monday():
    weeks = by_week(tell(20, start=date(2026, 4, 15)).cells)
    assert [week[0].weekday for week in weeks] == [3, 1, 1, 1, 1]


def show(told: Explanation, **more) -> str:
    return render_to_string("components/ruler.html", {"explanation": told, **more})


def test_the_ruler_shows_both_forms_to_staff():
    text = show(tell())
    assert 'class="ruler wide line"' in text
    assert 'class="ruler weeks"' in text


def test_the_ruler_shows_the_week_form_to_the_public():
    text = show(tell(), form="weeks")
    assert "ruler wide" not in text
    assert "as-weeks" in text


def test_the_first_cell_stands_on_its_weekday():
    assert " on-3" in show(tell(5, start=date(2026, 4, 15)))


def test_readers_get_the_sentences_and_not_the_cells():
    text = show(tell())
    assert text.count('aria-hidden="true"') == 3  # two forms and the legend
    assert "受理当日不计" in text
    assert "<caption" in text


def test_the_ruler_has_no_inline_style():
    assert "style=" not in show(tell(200))


def test_the_ruler_can_go_without_its_lines():
    assert "<table" not in show(tell(), bare=True)


def test_a_label_is_escaped():
    assert "<b>" not in show(tell(20, "workday", Stop(date(2026, 4, 17), date(2026, 4, 22), "<b>检验")))
