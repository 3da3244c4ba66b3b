"""The words of the dashboard: how finely a tally is kept, and by what a table is split."""

from django.db.models import TextChoices


class Span(TextChoices):
    """The stretch of days one row counts. Months are kept beside days, so that a year is read from twelve rows."""

    DAY = "day", "日"
    MONTH = "month", "月"


class Grain(TextChoices):
    """What a row is split by: its center alone, its department, and what is finer.

    Coarse rows are kept too: a page reads only what it shows.
    """

    CENTER = "center", "中心"
    DEPARTMENT = "department", "部门"
    WINDOW = "window", "窗口"
    ITEM = "item", "事项"
    FULL = "full", "窗口和事项"


class DayKind(TextChoices):
    """How the days of a decision are counted: what the clock counted, and what went by on the wall."""

    NET = "net", "净工作日"
    ELAPSED = "elapsed", "历时日历日"


class Moment(TextChoices):
    """The column of a case whose Beijing day a measure counts under."""

    RECEIVED = "received_at", "收件日"
    ACCEPTED = "accepted_at", "受理日"
    DECIDED = "decided_at", "决定日"
    CLOSED = "closed_at", "办结日"


class Split(TextChoices):
    """The tables of the dashboard."""

    CENTER = "centers", "各中心"
    DEPARTMENT = "departments", "各部门"
    WINDOW = "windows", "各窗口"
    ITEM = "items", "各事项"

    @property
    def noun(self) -> str:
        """What one line of the table is."""
        return self.label.removeprefix("各")
