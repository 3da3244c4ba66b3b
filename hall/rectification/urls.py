"""Addresses of what follows a grade; urls.py of the room takes them in."""

from django.urls import URLPattern, URLResolver, path

from hall.evaluation.views import overview, published, rectification

urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations/", published.published, name="published"),
    path("work/evaluations/", overview.evaluations, name="list"),
    path("work/evaluations/export/", overview.evaluations_export, name="list_export"),
    path("work/evaluations/figures/", overview.indicators, name="figures"),
    path("work/evaluations/figures/export/", overview.indicators_export, name="figures_export"),
    path("work/evaluations/facts/", overview.facts, name="facts"),
    path("work/evaluations/facts/export/", overview.facts_export, name="facts_export"),
    path("work/evaluations/rectifications/", rectification.worklist, name="rectifications"),
    path("work/evaluations/rectifications/export/", rectification.worklist_export, name="rectifications_export"),
    path("work/evaluations/rectifications/<uuid:pk>/", rectification.detail, name="rectification"),
    path("work/evaluations/rectifications/<uuid:pk>/reveal/", rectification.reveal, name="reveal"),
    path("work/evaluations/rectifications/<uuid:pk>/<slug:deed>/", rectification.deed, name="deed"),
]
