"""Pages of a hall whose database is in trouble: one that asks too long, one that sleeps inside its transaction."""

import time

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from hall.ledger.models import Heartbeat

handler500 = "hall.failures.page"
SLEEPS = 1.2  # seconds, longer than the tests let a session be idle


def slow(request: HttpRequest) -> HttpResponse:
    """A query that takes far too long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(20)")
    return HttpResponse("done")


@transaction.atomic
def idle(request: HttpRequest) -> HttpResponse:
    """Holds a row and then does nothing."""
    Heartbeat.objects.select_for_update().get(pk="held")
    time.sleep(SLEEPS)
    return HttpResponse(str(Heartbeat.objects.count()))


urlpatterns = [path("slow/", slow), path("idle/", idle), path("", include("hall.urls"))]
