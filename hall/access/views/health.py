"""Liveness, readiness and the deep check for machines; the same in words for people."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hall.access import health
from hall.access.loading import StaffRequest, right_required
from hall.ledger import clock_actions


@never_cache
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Requests can be served: the database answers."""
    answers = health.database_answers()
    return HttpResponse("ok" if answers else "no database", content_type="text/plain", status=200 if answers else 503)


@never_cache
@require_safe
def deep(_request: HttpRequest) -> HttpResponse:
    """The work gets done: 503 when a vital sign is missing. Names and times only, no data of the hall."""
    if not health.database_answers():
        return JsonResponse({"well": False, "signs": {"数据库": "没有回应"}}, status=503)
    clock_actions.measure()  # the monitor asks every machine that answers pages, and each tells its own clock
    signs = health.signs(timezone.now())
    well = all(sign.well for sign in signs if sign.vital)
    body = {"well": well, "degraded": not all(sign.well for sign in signs), "signs": {s.name: s.says for s in signs}}
    return JsonResponse(body, status=200 if well else 503, json_dumps_params={"ensure_ascii": False})


@never_cache
@right_required("health.view")
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """The same for people."""
    clock_actions.measure()
    at = timezone.now()
    return render(request, "access/health.html", {"signs": health.signs(at), "at": at})
