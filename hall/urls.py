"""The roof: every room's pages under their addresses. Nothing imports this module."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from hall import appearance, gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("appearance/", appearance.switch, name="appearance"),
    path("", include("hall.organisation.urls")),
    path("", include("hall.access.urls")),
    # What is asked for all day comes early: the addresses are tried one after the other.
    path("", include("approvals.cases.urls")),
    path("", include("hall.workdays.urls")),
    path("", include("hall.outbox.urls")),
    path("", include("hall.ledger.urls")),
    path("", include("hall.pledges.urls")),
    path("", include("hall.evaluation.urls")),
    path("", include("hall.rectification.urls")),
    path("", include("hall.facts.urls")),
    path("", include("hall.exports.urls")),
    path("", include("hall.audit.urls")),
    path("", include("hall.retention.urls")),
    path("", include("hall.supervision.urls")),
    path("", include("hall.conduct.urls")),
    path("", include("hall.appraisal.urls")),
    path("", include("approvals.catalogue.urls")),
    path("", include("hall.dashboard.urls")),
    path("", include("hall.reports.urls")),
]
handler403 = "hall.refusals.forbidden"
handler500 = "hall.failures.page"
if settings.DEBUG:
    urlpatterns += [
        path("gallery/", gallery.show),
        path("gallery/public/", gallery.show_public),
        path("gallery/items/", gallery.items),
    ]
