"""The calculator's answer: from a valid form to an explanation, or a sentence at the field that is in the way."""

from datetime import date

from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.calendars import calendar_for
from hall.workdays.explanation import Explanation, Stop, Wording, explain_term
from hall.workdays.forms import PAUSES, CalculatorForm
from hall.workdays.terms import PauseOutsideTerm, Span, refuse_pauses_outside

WORDING = Wording(title="算式", start="起算", start_text="起算当日不计", end="届满")


def answer(form: CalculatorForm, *, today: date) -> Explanation | None:
    """Explain the term asked about; None with an error on the form where the calendar or a pause forbids it."""
    data = form.cleaned_data
    calendar = calendar_for(data.get("region", ""))
    stops = {
        f"pause_start_{n}": Stop(
            data[f"pause_start_{n}"], data[f"pause_end_{n}"], f"第 {n} 次", source="行政许可法第四十五条"
        )
        for n in range(1, PAUSES + 1)
        if data.get(f"pause_start_{n}")
    }
    try:
        refuse_pauses_outside((Span(s.start_on, s.end_on) for s in stops.values()), data["start"], form.limit, calendar)
        return explain_term(data["start"], form.limit, stops.values(), calendar, today=today, wording=WORDING)
    except OutOfCalendar as error:
        form.add_error("start", f"{error}，算不出来。请检查起算日和期限。")
    except PauseOutsideTerm as error:
        field = next(name for name, stop in stops.items() if stop.start_on == error.start_on)
        form.add_error(field, f"{error}。")
    return None
