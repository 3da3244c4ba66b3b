"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.retention import copy_views, views

app_name = "retention"
urlpatterns: list[URLPattern] = [
    path("manage/retention/", views.overview, name="overview"),
    path("manage/retention/copy/", copy_views.copy, name="copy"),
    path("manage/retention/holds/new/", views.hold_new, name="hold_new"),
    path("manage/retention/holds/<key:pk>/", views.hold, name="hold"),
]
