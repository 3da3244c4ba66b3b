"""One timeline for all that happens in the demonstration, so that what follows from a case comes after it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.utils import timezone

from approvals.demonstration.acts import ACTS
from approvals.demonstration.cases import Planned
from approvals.demonstration.organisation import Hall
from hall.access.models import User
from hall.facts.periods import Period, PeriodKind, holding
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

# A month is told to its end once so many working days have passed since.
TOLD_AFTER: Final = 10


class Scene(NamedTuple):
    """Something done at a moment. What it needs of earlier scenes it looks up itself when its moment has come."""

    at: datetime
    do: Callable[[datetime], object]


@dataclass(frozen=True)
class Stage:
    """What the rooms' stories are placed on: the people, the acts of the cases, the working days of the past."""

    hall: Hall
    at: datetime
    acts: Sequence[Planned]
    # The newest working day the hall has been open on first; see cases.working_days_back.
    past: Sequence[date]
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "calendar", calendar_for(self.hall.center.region_id))

    def user(self, name: str) -> User:
        """An account by its name."""
        return self.hall.users[name]

    def chief(self, department: str) -> User:
        """The chief representative of a department, by its name in the content."""
        return self.hall.chief_of(self.hall.departments[department])

    def ago(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment so many working days ago; 0 is the newest day."""
        return on(self.past[days], hour, minute)

    def months(self) -> tuple[Period, Period]:
        """The newest month that was over some working days ago, and the one after it, which may still run."""
        told = holding(PeriodKind.MONTH, self.past[TOLD_AFTER]).previous()
        return told, told.following()

    def working_days(self, period: Period) -> list[date]:
        """The working days of a period that are over, the oldest first."""
        return [day for day in reversed(self.past) if period.first <= day <= period.last]

    def coming(self, count: int) -> list[date]:
        """The next working days after today."""
        found: list[date] = []
        day = timezone.localdate(self.at)
        while len(found) < count:
            day += timedelta(days=1)
            if self.calendar.is_working(day):
                found.append(day)
        return found


def on(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a Beijing day."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def acted(acts: Iterable[Planned]) -> list[Scene]:
    """The acts of the cases as scenes."""
    return [Scene(act.at, _act(act)) for act in acts]


def _act(planned: Planned) -> Callable[[datetime], object]:
    return lambda at: ACTS[planned.act](planned.course, at, planned.facts)


def play(scenes: Iterable[Scene], *, until: datetime) -> None:
    """Do every scene in the order of time; scenes of one moment in the order given, and none that lies ahead."""
    for scene in sorted(scenes, key=lambda scene: scene.at):
        if scene.at <= until:
            scene.do(scene.at)
