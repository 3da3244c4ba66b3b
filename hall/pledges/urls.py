"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.pledges.views import boards, facts, public

app_name = "pledges"
urlpatterns: list[URLPattern] = [
    path("pledges/", public.centers, name="public"),
    path("pledges/<key:pk>/", public.center, name="center"),
    path("pledges/windows/<key:pk>/", public.window, name="window"),
    path("work/pledges/", boards.board, name="board"),
    path("work/pledges/export/", boards.export, name="board_export"),
    path("work/pledges/facts/<str:code>/", facts.facts, name="facts"),
    path("work/pledges/facts/<str:code>/export/", facts.export, name="facts_export"),
]
