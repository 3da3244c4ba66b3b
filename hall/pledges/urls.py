"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.pledges.views import facts

app_name = "pledges"
urlpatterns: list[URLPattern] = [
    path("work/pledges/facts/<str:code>/", facts.facts, name="facts"),
    path("work/pledges/facts/<str:code>/export/", facts.export, name="facts_export"),
]
