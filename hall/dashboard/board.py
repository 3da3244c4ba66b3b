"""The front page: today, this period against the last, the pledges, what waits longest."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.dashboard import charts, lists, queries, strip, tables, tiles
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.dashboard.measures import STANDINGS
from hall.dashboard.queries import Totals
from hall.dashboard.tiles import Line, Tile
from hall.facts.indicators import DASH
from hall.facts.periods import Period, PeriodKind, between, holding
from hall.facts.slices import Slice
from hall.pledges.asking import Question

WAITING = 5


@dataclass(frozen=True, slots=True)
class Window:
    """The period so far and the same days of the one before."""

    now: Period
    before: Period


def comparable(period: Period, today: date) -> Window:
    """Twenty-two days of this month are held against twenty-two of the last, not against all of it."""
    now, before = period.until(today), period.previous()
    if now.days < period.days:
        before = between(before.first, min(before.last, before.first + timedelta(days=now.days - 1)))
    return Window(now, before)


def build(user: User, question: Question, at: datetime) -> dict[str, Any]:
    """Everything the front page shows."""
    today = timezone.localdate(at)
    links, window = Links(question, user), comparable(question.part.period, today)
    part = question.part  # nothing lies in the days to come, so a month under way is read as a whole
    read = tables.read(Split.DEPARTMENT, part)
    (now, standing), before = read.sums, queries.totals(part.but(period=window.before))
    spreads = queries.spreads(part)
    counted = strip.counted(part)
    # Found by the tally, read by department and moment of receipt.
    waiting = lists.oldest(user, queries.oldest(part, WAITING), at)
    return {
        "window": window,
        "read": read,
        "today_tiles": [*_today(part, standing, links, today), *_longest(waiting, today)],
        "lamps": _lamps(standing, links),
        "tiles": _period(now, before, standing, spreads, links),
        "satisfaction": _satisfaction(part, strip.satisfaction(counted, links)),
        "pledges": strip.pledges(counted, links),
        "cards": strip.cards(counted, links),
        "trend": charts.trend(queries.series(part.but(period=window.now)), window.now),
        "compression": charts.compression(now, links),
        "durations": charts.durations(spreads),
        "waiting": waiting,
        "waiting_url": links.cases("open"),
    }


def _satisfaction(part: Slice, tile: Tile) -> Tile:
    """Grades are told apart by center and department only: beside a window or an item the tile says whose it counts."""
    if part.window is None and part.item is None:
        return tile
    return replace(tile, lines=(*tile.lines, Line("不分窗口和事项：所选中心和部门的全部评价")))


def _today(part: Slice, standing: Totals, links: Links, today: date) -> list[Tile]:
    day = holding(PeriodKind.DAY, today)
    totals = queries.totals(part.but(period=day))
    return [
        Tile("今日收件", f"{totals['filed']:,}", links.cases("filed", period=day.code)),
        Tile("今日办结", f"{totals['closed']:,}", links.cases("closed", period=day.code)),
        Tile("在办", f"{tiles.of_standing(standing, 'open'):,}", links.cases("open")),
    ]


def _longest(waiting: list[lists.Row], today: date) -> list[Tile]:
    """The open case that waits longest, in calendar days."""
    if not waiting:
        return [Tile("最久未结", DASH, lines=(Line("没有未结的办件"),))]
    case = waiting[0].case
    days = (today - timezone.localdate(case.received_at)).days
    url = reverse("cases:detail", args=[case.docket])
    return [Tile("最久未结", f"{days} 天", url, lines=(Line(case.version_filed.name),))]


def _lamps(standing: Totals, links: Links) -> list[dict[str, Any]]:
    css = {"over_statute": "breach", "over_promise": "late", "due_soon": "warn", "paused": "hold", "normal": "ok"}
    return [
        {"text": STANDINGS[code].label, "kind": kind, "n": standing[code], "url": links.cases(code)}
        for code, kind in css.items()
    ]


def _period(now: Totals, before: Totals, standing: Totals, spreads: Any, links: Links) -> list[Tile]:
    filed = tiles.count(now, "filed", links)
    closed = tiles.count(now, "closed", links)
    late = Line(f"超期办结 {now['late']:,} 件", links.cases("late"))
    return [
        Tile(filed.title, filed.value, filed.url, lines=(
            Line(tiles.more_or_less(now["filed"], before["filed"])),
            Line(f"其中网上 {now['online']:,} 件", links.cases("online")),
        ), definition=filed.definition),
        Tile(closed.title, closed.value, closed.url, lines=(
            Line(tiles.more_or_less(now["closed"], before["closed"])),
            Line(f"受理 {now['accepted']:,} 件", links.cases("accepted")),
        ), definition=closed.definition),
        tiles.rate(
            "按时办结率", "on_time", now, before, links, (tiles.open_late(standing, links), tiles.left_out(now, links))
        ),
        tiles.rate("提前办结率", "early", now, before, links, (late,)),
        tiles.durations(now["timed"], spreads, links),
    ]  # fmt: skip
