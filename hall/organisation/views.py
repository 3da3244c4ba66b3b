"""Citizens' pages of this room: the home page, and the way to a center. No log-in, no script."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hall.organisation import opening, queries
from hall.organisation.models import Center, Region
from hall.workdays.calendars import calendar_for

PER_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three doors: find a guide, check a case, find a center."""
    return render(request, "organisation/home.html")


@require_safe
def centers(request: HttpRequest) -> HttpResponse:
    """Centers on four levels: by name or pinyin, or down through the regions."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:50]
    region = queries.region_named(request.GET.get("region", ""))
    found = queries.find_centers(q=q, region=region)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = urlencode({"q": q} if q else {"region": region.code12} if region else {})
    context = {
        "q": q,
        "region": region,
        "crumbs": queries.ancestors(region),
        "regions": _regions(q, region),
        "page": page,
        "query": query,
        "rows": [(center, _status(center)) for center in page],
    }
    return render(request, "organisation/centers.html", context)


def _regions(q: str, region: Region | None) -> QuerySet[Region]:
    """Where one may go down to; nothing beside the results of a search."""
    return Region.objects.none() if q else queries.regions_below(region)


@require_safe
def center(request: HttpRequest, pk: int) -> HttpResponse:
    """One center: where, when, whom to call, which departments sit there."""
    place = get_object_or_404(queries.public_centers().select_related("region", "parent"), pk=pk)
    context: dict[str, Any] = {
        "center": place,
        "status": _status(place),
        "week": opening.week(queries.timetable_of(place)),
        "exceptions": queries.coming_exceptions(place, timezone.localdate()),
        "departments": queries.departments_with_chiefs(place),
        "below": queries.public_centers().filter(parent=place).count(),
    }
    return render(request, "organisation/center.html", context)


def _status(place: Center) -> opening.Status:
    return opening.status(queries.timetable_of(place), calendar_for(place.region_id), timezone.localtime())
