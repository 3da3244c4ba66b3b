"""The pledge boards every citizen may read: of a center, of one window. No log-in, no script, no name of anybody."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.facts import parameters, periods
from hall.facts.periods import Period, PeriodKind
from hall.facts.slices import Slice
from hall.organisation.models import Center, Window
from hall.organisation.queries import find_centers, public_centers, subtree
from hall.pledges import asking, published_groups
from hall.pledges import notice as notices
from hall.pledges.badges import badges_of

PER_PAGE = 20


@require_safe
def centers(request: HttpRequest) -> HttpResponse:
    """Whose board? Centers by name or pinyin."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    found = find_centers(q=q, region=None) if q else public_centers().order_by("region_id", "center_no")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "pledges/centers.html", {"q": q, "page": page, "query": urlencode({"q": q}) if q else ""})


@require_safe
def center(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of a center, with the centers below it."""
    place = get_object_or_404(public_centers(), pk=pk)
    reach = frozenset(subtree(place.pk).values_list("pk", flat=True))
    windows = Window.objects.filter(center=place, closed_on__isnull=True)
    context = {"place": place.name, "center": place, "below": len(reach) - 1, "windows": windows}
    return _board(request, place, Slice(_month(request), centers=reach), context)


@require_safe
def window(request: HttpRequest, pk: int) -> HttpResponse:
    """The board of one window."""
    row = get_object_or_404(Window, pk=pk, closed_on__isnull=True)
    place = get_object_or_404(public_centers(), pk=row.center_id)
    context = {"place": str(row), "center": place, "window": row, "badges": badges_of(row, timezone.localdate())}
    return _board(request, place, Slice(_month(request), centers=frozenset({place.pk}), window=row.pk), context)


def _board(request: HttpRequest, place: Center, asked: Slice, context: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at)
    running = asked.period.first <= today <= asked.period.last
    small = parameters.whole_number("pledges.small_group", center=place.pk, on=today)

    def stands() -> bool:
        return published_groups.stands(place, context.get("window"), asked, small=small)

    month = "本月" if running else f"{asked.period.label}"
    following = asked.period.following()
    context |= {
        "notice": notices.notice(asked, at, month=month, small=small, stands=stands, running=running),
        "period": asked.period,
        "running": running,
        "until": today if running else asked.period.last,
        "before": asked.period.previous(),
        "after": following if following.last < today else None,
        "at": at,
    }
    return render(request, "pledges/notice.html", context)


def _month(request: HttpRequest) -> Period:
    """The month of the address; the last one that is over where it names none, a later one, or no month at all."""
    today: date = timezone.localdate()
    last = periods.holding(PeriodKind.MONTH, today).previous()
    text = request.GET.get("period", "")
    found, problem = asking.period(text, today)
    return last if not text or problem or found.kind != PeriodKind.MONTH or found.first > today else found
