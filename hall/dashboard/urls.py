"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.dashboard.views import pages, wall

app_name = "dashboard"
urlpatterns: list[URLPattern] = [
    path("dashboard/", pages.home, name="home"),
    path("dashboard/by/<str:kind>/", pages.split, name="split"),
    path("dashboard/by/<str:kind>/export/", pages.split_export, name="split_export"),
    path("dashboard/item/", pages.item, name="item"),
    path("dashboard/cases/", pages.cases, name="cases"),
    path("dashboard/cases/export/", pages.cases_export, name="cases_export"),
    path("wall/", wall.show, name="wall"),
]
