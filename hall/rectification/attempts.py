"""When a call in vain counts: not minutes after the last one, and the last one not on the day of the first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hall.facts import parameters
from hall.facts.periods import BEIJING, midnight
from hall.rectification import deadlines


@dataclass(frozen=True, slots=True)
class Spacing:
    """How many tries end the contact, how many hours lie between two, on how many Beijing days they fall."""

    tries: int
    hours: int
    days: int


def spacing_of(center: int, on: date) -> Spacing:
    """The settings of a center on a day."""
    names = (deadlines.ATTEMPTS, deadlines.ATTEMPT_HOURS, deadlines.ATTEMPT_DAYS)
    return Spacing(*(parameters.whole_number(name, center=center, on=on) for name in names))


def counts_from(made: Sequence[datetime], at: datetime, spacing: Spacing) -> datetime | None:
    """The moment the next try counts from, where one at `at` would not count; None where it does."""
    if not made:
        return None
    rested = max(made) + timedelta(hours=spacing.hours)
    if at < rested:
        return rested
    days = {day_of(moment) for moment in (*made, at)}
    if len(made) + 1 >= spacing.tries and len(days) < spacing.days:
        return max(rested, midnight(day_of(at) + timedelta(days=1)))
    return None


def day_of(moment: datetime) -> date:
    """The Beijing day."""
    return moment.astimezone(BEIJING).date()


def refusal(since: datetime, spacing: Spacing) -> str:
    """The sentence at the field."""
    when = since.astimezone(BEIJING)
    return (
        f"这一次还不能记：两次联系要隔 {spacing.hours} 小时，{spacing.tries} 次至少分在 {spacing.days} 天。"
        f"{when.month} 月 {when.day} 日 {when:%H:%M} 起再联系，才算一次。"
    )
