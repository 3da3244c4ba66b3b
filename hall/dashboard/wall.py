"""What the LED screen of a hall shows: a few large figures, no person, no case (law 13)."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from hall.dashboard import queries, strip, tiles
from hall.dashboard.addresses import Links
from hall.dashboard.queries import Totals
from hall.facts.indicators import Figure
from hall.facts.periods import PeriodKind, holding
from hall.facts.slices import Slice
from hall.organisation import opening
from hall.organisation.models import Center
from hall.organisation.queries import coming_exceptions, timetable_of
from hall.pledges.asking import Question
from hall.workdays.calendars import calendar_for

# Shares of fewer than this many evaluations are not shown in public (issue 3 §1).
FEWEST_IN_PUBLIC = 10
MOST_NOTICES = 3


def build(center: Center, at: datetime) -> dict[str, Any]:
    """Today and this month of one center."""
    today = timezone.localdate(at)
    day, month = holding(PeriodKind.DAY, today), holding(PeriodKind.MONTH, today)
    part = Slice(month, centers=frozenset({center.pk}))
    links = Links(Question(part, center))
    now, so_far = queries.totals(part.but(period=day)), queries.totals(part)
    standing = queries.standing_by(part).get((), Totals())
    counted = strip.counted(part)
    on_time = Figure(so_far["on_time"], so_far["timed"])
    return {
        "center": center,
        "today": [
            {"label": "今日收件", "n": now["filed"]},
            {"label": "今日办结", "n": now["closed"]},
            {"label": "正在办理", "n": tiles.of_standing(standing, "open")},
        ],
        "lamps": [
            {"label": "临期", "n": standing["due_soon"], "kind": "warn"},
            {"label": "超承诺", "n": standing["over_promise"], "kind": "late"},
            {"label": "超法定", "n": standing["over_statute"], "kind": "breach"},
        ],
        "on_time": on_time,
        "open_late": tiles.of_standing(standing, "open_late"),
        "satisfaction": satisfaction(strip.satisfaction(counted, links), counted),
        "pledges": strip.pledges(counted, links),
        "notices": _notices(center, at),
        "as_of": queries.as_of() or at,
    }


def satisfaction(tile: tiles.Tile, counted: strip.Counted) -> tiles.Tile | None:
    """The share only where enough people spoke."""
    return tile if counted.totals["evaluation.given"] >= FEWEST_IN_PUBLIC else None


def _notices(center: Center, at: datetime) -> list[str]:
    """Whether the hall is open today, and the next days that differ from the usual week."""
    calendar, local = calendar_for(center.region_id), timezone.localtime(at)
    coming = coming_exceptions(center, local.date())[:MOST_NOTICES]
    return [opening.status(timetable_of(center), calendar, local).sentence, *map(_notice, coming)]


def _notice(row: Any) -> str:
    hours = f"{row.opens:%H:%M}—{row.closes:%H:%M}" if row.opens else ""
    words = " ".join(part for part in (row.get_kind_display(), hours, row.note) if part)
    return f"{row.on.month} 月 {row.on.day} 日 {words}"
