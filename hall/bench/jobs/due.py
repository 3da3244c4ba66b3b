"""Due dates by the million, plain and told day by day, on one core."""

from datetime import date, timedelta
from random import Random
from typing import Final

from hall.bench.measuring import Ground, Must, Result, clock
from hall.workdays.arithmetic import Calendar
from hall.workdays.explanation import explain_term
from hall.workdays.shipped import shipped_calendar
from hall.workdays.terms import Limit, Unit

PLAIN: Final = 1_000_000
EXPLAINED: Final = 20_000
FIRST: Final = date(2021, 1, 1)


def measure(ground: Ground) -> Result:
    """Random starts in five published years, terms of one to sixty working days, no answer asked twice in a row."""
    calendar = shipped_calendar()
    plain = _plain(calendar, PLAIN)
    explained = _explained(calendar, EXPLAINED)
    return Result(
        "due", ground.scale.name, plain, "due dates/s", PLAIN,
        musts=(
            Must("每秒", plain, 1_000_000, at_least=True),
            Must("带算式每秒", explained, 20_000, at_least=True),
        ),
        also={"explained_per_second": explained},
    )  # fmt: skip


def _asked(number: int) -> list[tuple[date, int]]:
    random = Random(1)  # noqa: S311 - the same questions each time
    return [(FIRST + timedelta(random.randrange(1700)), 1 + random.randrange(60)) for _ in range(number)]


def _plain(calendar: Calendar, number: int) -> float:
    asked, add = _asked(number), calendar.add

    def work() -> None:
        for start, count in asked:
            add(start, count)

    return number / clock(work)


def _explained(calendar: Calendar, number: int) -> float:
    asked = [(start, Limit(count, Unit.WORKDAY)) for start, count in _asked(number)]

    def work() -> None:
        for start, limit in asked:
            explain_term(start, limit, (), calendar, today=FIRST)

    return number / clock(work)
