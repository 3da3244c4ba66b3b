"""The texts of an explanation, counted by bisection, are word for word those read off the days one by one."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.workdays.explanation import Stop, Wording, explain_term
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit, Term, end_of_term
from tests.hall.workdays.walking import walked

CALENDAR = shipped_calendar()
WORDING = Wording("决定期限", "承诺", "受理", "受理当日不计", "办结", "《行政许可法》第四十二条")
DAYS = st.dates(date(2005, 1, 1), date(2028, 12, 31))


@st.composite
def stops(draw, start: date):
    """Pauses around a term: before it, inside, over its end, overlapping, of no length, still open."""
    begin = start + timedelta(days=draw(st.integers(-10, 60)))
    return Stop(
        begin,
        begin + timedelta(days=draw(st.integers(0, 40))),
        draw(st.sampled_from(["检验", "专家评审"])),
        draw(st.sampled_from(["", "秦审评〔2026〕14号"])),
        "行政许可法第四十五条",
        open=draw(st.booleans()),
    )


@st.composite
def terms(draw):
    """A start, a limit in one of the three units, up to three pauses, and a day on which it is read."""
    start = draw(DAYS)
    unit = draw(st.sampled_from(["workday", "workday", "day", "month"]))
    limit = Limit(draw(st.integers(0, 12 if unit == "month" else 90)), unit)
    return start, limit, draw(st.lists(stops(start), max_size=3)), start + timedelta(days=draw(st.integers(-5, 150)))


@given(terms())
@settings(max_examples=400, deadline=None)
def test_the_texts_are_those_of_the_walk(term):
    start, limit, paused, today = term
    told = explain_term(start, limit, paused, CALENDAR, today=today, wording=WORDING)
    walk = walked(start, limit, paused, CALENDAR, today=today, wording=WORDING)
    assert (told.sentence, told.plain, told.lines) == walk


@given(DAYS, st.integers(0, 30), st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_the_texts_of_a_term_whose_end_was_given_are_those_of_the_walk(start, count, later):
    """A promised day may be a day off, and an extension in days may end on one and roll."""
    limit = Limit(count, "workday")
    end = end_of_term(start, limit, [], CALENDAR).due + timedelta(days=later)
    rolled = Term(start, CALENDAR.roll_forward(end), end, provisional=CALENDAR.is_provisional(start, end))
    for given_term in (Term(start, end, end, provisional=False), rolled):
        told = explain_term(start, limit, (), CALENDAR, today=start, wording=WORDING, term=given_term)
        walk = walked(start, limit, (), CALENDAR, today=start, wording=WORDING, term=given_term)
        assert (told.sentence, told.plain, told.lines) == walk


def test_every_start_of_two_years_is_told_as_the_walk_tells_it():
    for start in (date(2025, 1, 1) + timedelta(days=n) for n in range(0, 730, 3)):
        told = explain_term(start, Limit(20, "workday"), (), CALENDAR, today=start, wording=WORDING)
        assert (told.sentence, told.plain, told.lines) == walked(
            start, Limit(20, "workday"), (), CALENDAR, today=start, wording=WORDING
        )


def test_no_cell_is_laid_out_for_the_sentences():
    told = explain_term(date(2026, 4, 13), Limit(20, "workday"), (), CALENDAR, today=date(2026, 4, 13))
    assert "cells" not in vars(told.ruler)
    assert len(told.cells) == 31
    assert "cells" in vars(told.ruler)


def test_a_term_that_rolls_to_a_made_up_day_says_so():
    """An extension in months may end on a holiday and roll: here to the Saturday that is worked after it."""
    end = date(2026, 5, 9)
    term = Term(date(2026, 4, 13), end, date(2026, 5, 3), provisional=False)
    told = explain_term(term.start_on, Limit(10, "workday"), (), CALENDAR, today=term.start_on, term=term)
    assert next(line.text for line in told.lines if line.when == "5月9日（周六）") == "调休上班，顺延到这一天"
