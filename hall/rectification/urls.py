"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from hall.rectification.views import overview, published, worklist

app_name = "rectification"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluations/", published.published, name="published"),
    path("work/evaluations/", overview.evaluations, name="evaluations"),
    path("work/evaluations/export/", overview.evaluations_export, name="evaluations_export"),
    path("work/evaluations/figures/", overview.indicators, name="figures"),
    path("work/evaluations/figures/export/", overview.indicators_export, name="figures_export"),
    path("work/evaluations/facts/", overview.facts, name="facts"),
    path("work/evaluations/facts/export/", overview.facts_export, name="facts_export"),
    path("work/evaluations/rectifications/", worklist.worklist, name="worklist"),
    path("work/evaluations/rectifications/export/", worklist.worklist_export, name="worklist_export"),
    path("work/evaluations/rectifications/<uuid:pk>/", worklist.detail, name="detail"),
    path("work/evaluations/rectifications/<uuid:pk>/reveal/", worklist.reveal, name="reveal"),
    path("work/evaluations/rectifications/<uuid:pk>/<slug:deed>/", worklist.deed, name="deed"),
]
