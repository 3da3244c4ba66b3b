"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from hall.evaluation.views import asking, pad, paper, public

app_name = "evaluation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evaluate/", public.start, name="start"),
    path("evaluate/<slug:via>/<slug:token>/", public.evaluate, name="evaluate"),
    path("pad/", pad.idle, name="pad"),
    path("pad/next/", pad.next_question, name="pad_next"),
    path("pad/<uuid:pk>/", pad.question, name="pad_question"),
    path("work/evaluations/ask/", asking.askable, name="askable"),
    path("work/evaluations/ask/<slug:docket>/", asking.ask, name="ask"),
    path("work/evaluations/ask/<slug:docket>/qr/", asking.qr, name="ask_qr"),
    path("work/evaluations/boxes/", paper.boxes, name="boxes"),
    path("work/evaluations/boxes/export/", paper.boxes_export, name="boxes_export"),
    path("work/evaluations/boxes/new/", paper.box_new, name="box_new"),
    path("work/evaluations/boxes/<key:pk>/open/", paper.box_open, name="box_open"),
    path("work/evaluations/boxes/<key:pk>/retire/", paper.box_retire, name="box_retire"),
    path("work/evaluations/boxes/openings/", paper.openings, name="openings"),
    path("work/evaluations/boxes/openings/export/", paper.openings_export, name="openings_export"),
    path("work/evaluations/boxes/openings/<key:pk>/", paper.opening, name="opening"),
    path("work/evaluations/boxes/openings/<key:pk>/enter/", paper.enter, name="paper_enter"),
]
