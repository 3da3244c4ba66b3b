"""The week form as HTML: one item a day in its column, a run of plain weeks as one, nothing unescaped."""

from datetime import date, timedelta

from hall.workdays.ruler import Cell, Fold, Week
from hall.workdays.templatetags.ruler import ruler_weeks

THURSDAY = date(2026, 5, 14)


def cell(day: date = THURSDAY, **facts: object) -> Cell:
    usual = {
        "date": day, "number": "3", "kind": "counted", "name": "", "label": "第 3 日", "made_up": False, "used": True,
        "today": False, "due": False,
    }  # fmt: skip
    return Cell(**(usual | facts))  # type: ignore[arg-type]


def test_a_day_shows_its_date_and_number_under_its_sentence() -> None:
    html = ruler_weeks([Week((cell(),))])
    assert '<span class="d">5/14</span><span class="n">3</span>' in html
    assert 'title="第 3 日"' in html


def test_only_the_first_day_of_a_week_names_its_column() -> None:
    html = ruler_weeks([Week((cell(), cell(THURSDAY + timedelta(days=1), due=True)))])
    assert '<li class="used on-4"' in html
    assert '<li class="due"' in html


def test_a_fold_takes_the_row() -> None:
    fold = Fold(date(2026, 5, 18), date(2026, 6, 7), 3, "4—18", used=False)
    html = ruler_weeks([Week((), fold)])
    assert html == ('<li class="fold"><span class="d">5/18—6/7　3 周</span><span class="n">第 4—18 日</span></li>')


def test_the_name_of_a_holiday_is_text() -> None:
    html = ruler_weeks([Week((cell(label='<b>"节"&</b>', number="<i>"),))])
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;&quot;节&quot;&amp;&lt;/b&gt;" in html
