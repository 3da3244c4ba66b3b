"""Years of keeping, counted by the calendar. Pure."""

from datetime import date, timedelta


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; of a 29 February where there is none, the 28th (reliability T16).

    The last day of a period of years, as 民法典第二百零二条 counts it.
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_end(on: date, years: int) -> date:
    """The latest day of ending whose years of keeping are over on `on`: their last day lies before it."""
    wanted = on - timedelta(days=1)
    latest = anniversary(wanted, -years)
    # 28 February stands for the 29th of a leap year as well, which ends on the same day.
    return latest + timedelta(days=1) if anniversary(latest + timedelta(days=1), years) <= wanted else latest
