"""The roof: every room's pages under their addresses. Nothing imports this module."""

from django.urls import URLPattern, URLResolver, include, path

from hall import appearance

urlpatterns: list[URLPattern | URLResolver] = [
    path("appearance/", appearance.switch, name="appearance"),
    path("", include("hall.organisation.urls")),
    path("", include("hall.access.urls")),
    path("", include("hall.workdays.urls")),
    path("", include("hall.outbox.urls")),
    path("", include("hall.ledger.urls")),
    path("", include("approvals.catalogue.urls")),
    path("", include("approvals.cases.urls")),
]
