"""What everybody may read: guides, their downloads and their QR; and the list the counter searches."""

import io

import segno
from django.conf import settings
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from approvals.catalogue import queries
from approvals.catalogue.enums import FROZEN_STATUSES
from approvals.catalogue.forms import GuideSearchForm
from approvals.catalogue.guide import in_short, materials_by_need, short_limit, today_promise
from approvals.catalogue.models import GuideFile, ItemVersion, Material, ServiceItem
from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.views.pages import page_of, query_of, words
from hall.organisation.opening import timetable, week
from hall.workdays.calendars import calendar_for

PER_PAGE = 20


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Find a guide by name, pinyin, department, and who applies."""
    departments = queries.departments_with_guides()
    form = GuideSearchForm(request.GET, departments=departments)
    asked = form.chosen
    page = page_of(request, queries.guides(**asked), PER_PAGE)
    query = query_of(q=asked["text"], target=asked["target"], department=str(asked["department"] or ""))
    rows = [(item, short_limit(item.current)) for item in page if item.current]
    searching = bool(query) or page.number > 1
    context = {
        "form": form, "page": page, "rows": rows, "query": query,
        "departments": [] if searching else departments,
    }  # fmt: skip
    return render(request, "catalogue/guides.html", context)


def _item(code: str) -> ServiceItem:
    return get_object_or_404(queries.published(), code=code)


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Everything 行政许可法 art. 30 asks for, the answer first."""
    version = get_object_or_404(queries.with_parts(ItemVersion.objects.filter(pk=_item(code).current_id or 0)))
    center = version.item.department.center
    today = timezone.localdate()
    context = {
        "version": version,
        "item": version.item,
        "center": center,
        "department": version.item.department,
        "today": today_promise(version, calendar_for(center.region_id), today),
        "start": today,
        "in_short": in_short(version),
        "groups": materials_by_need(list(version.materials.all())),
        "hours": version.hours or _hours(version),
        "remedies": version.remedies or (version.regime.remedies if version.regime else ""),
        "address": _address(code),
    }
    return render(request, "catalogue/guide.html", context)


def _hours(version: ItemVersion) -> str:
    """The center's opening hours in a line, where the guide names none of its own."""
    table = timetable(version.item.department.center.opening_hours.all(), ())
    return "；".join(f"{days} {hours}" for days, hours in week(table) if hours != "不开门")


def _address(code: str) -> str:
    """Where the guide is, from the outside: never from a request's Host header."""
    return settings.PUBLIC_ORIGIN.rstrip("/") + reverse("catalogue:guide", args=[code])


@require_safe
@cache_control(public=True, max_age=3600)
def guide_qr(_: HttpRequest, code: str) -> HttpResponse:
    """The QR of a guide as an image, leading to the guide itself."""
    image = io.BytesIO()
    segno.make(_address(_item(code).code), error="m", micro=False).save(image, kind="svg", scale=4, border=2)
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@require_safe
def guide_file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A blank form or sample of a version that is or was published; of a draft only for those who may see it."""
    found = get_object_or_404(GuideFile, sha256=sha256)
    used = Material.objects.filter(Q(blank_form=found) | Q(sample=found))
    public = used.filter(version__status__in=FROZEN_STATUSES).exists()
    if not public and not has_right(request.user, "catalogue.view"):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@right_required("cases.register")
def counter_items(request: StaffRequest) -> JsonResponse:
    """What the clerk's search box offers: published items of the person's counter, nearest first."""
    found = queries.for_counter(request.user, words(request))
    return JsonResponse({"results": [_result(item) for item in found]})


def _result(item: ServiceItem) -> dict[str, object]:
    version = item.current
    assert version is not None, "only published items are offered"  # noqa: S101 - narrows the type
    return {
        "value": item.code,
        "label": version.name,
        "hint": f"{item.department.name} · {short_limit(version)} · {item.code}",
        "version": version.pk,
        "case_kind": version.case_kind,
    }
