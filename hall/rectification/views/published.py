"""What everybody may read: the figures of centers, departments and windows, and the published answers."""

from datetime import date, datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.facts.periods import InvalidPeriod, Period, PeriodKind, holding, parse
from hall.facts.slices import Slice
from hall.organisation.models import Center
from hall.organisation.queries import public_centers
from hall.rectification import figures, published_groups, queries
from hall.rectification.published_groups import Published

ANSWERS: Final = 10
LINES: Final = 50
SHOWN: Final = (
    "evaluation.active_rate", "evaluation.unrated_rate", "evaluation.good_rate", "evaluation.bad_rate",
    "evaluation.rectified_rate", "evaluation.satisfied_rate",
)  # fmt: skip
# Shorter spans would tell who came on which day, and what is left of the quarter without them (`published_groups`).
ALLOWED: Final = (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)
# Of a span that is still running nothing is told: yesterday's figures taken from today's are those of one day.
NOTHING: Final = Published((), {})


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Figures of all centers, or of the departments and windows of one, with the latest answers."""
    at = timezone.now()
    center, period = _center(request), _period(request, at)
    places = frozenset([center.pk]) if center else None
    part = Slice(period, centers=places)
    answers = queries.published()
    if center:
        answers = answers.filter(evaluation__center=center)
    page = Paginator(answers, ANSWERS).get_page(request.GET.get("page"))
    context = {
        "center": center,
        "period": period,
        "over": _over(period, at),
        "periods": _periods(period, timezone.localdate(at)),
        "answers": page,
        "at": at,
        "query": _query(center, period),
        **_tables(part, center, at, request),
    }
    return render(request, "rectification/published.html", context)


def _tables(part: Slice, center: Center | None, at: datetime, request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate(at)
    least = figures.small_group(center.pk if center else None, today)
    over = _over(part.period, at)
    told = _published(part, center, least, today) if over else NOTHING
    wanted = () if not over else ("department", "window") if center else ("center",)
    tables = []
    for by in wanted:
        lines = figures.public_lines(by, part, at, told, least=least)
        ordered = figures.league(lines) if by == "window" else lines
        name = {"center": "各中心", "department": "各部门", "window": "各窗口"}[by]
        page = Paginator(ordered, LINES).get_page(request.GET.get(by))
        tables.append({"by": by, "name": name, "page": page, "parameter": by})
    totals = [total for total in figures.public_totals(part, at, told, least=least) if total.indicator.code in SHOWN]
    enough = told.whole("evaluation.good_rate")
    return {"tables": tables, "least": least, "totals": totals, "enough": enough, "shown": SHOWN}


def _published(part: Slice, center: Center | None, least: int, today: date) -> Published:
    """Of one center, or of all of them; a hall may ask for more grades than all together do."""
    codes = frozenset(SHOWN)
    if center is None:
        return published_groups.of_all(part, codes=codes, least=least)
    general = figures.small_group(None, today)
    return published_groups.of_center(part, center.pk, codes=codes, least=least, least_of_all=general)


def _center(request: HttpRequest) -> Center | None:
    text = request.GET.get("center", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return public_centers().filter(pk=int(text)).first()


def _period(request: HttpRequest, at: datetime) -> Period:
    """The one asked for; the last quarter that is over where none is."""
    last = holding(PeriodKind.QUARTER, timezone.localdate(at)).previous()
    try:
        period = parse(request.GET.get("period", ""))
    except InvalidPeriod:
        return last
    return period if period.kind in ALLOWED else last


def _over(period: Period, at: datetime) -> bool:
    return period.last < timezone.localdate(at)


def _periods(period: Period, today: date) -> list[Period]:
    """The one shown with its neighbours that are over, for links."""
    return [span for span in (period.previous(), period, period.following()) if span.last < today or span == period]


def _query(center: Center | None, period: Period) -> str:
    return f"period={period.code}" + (f"&center={center.pk}" if center else "")
