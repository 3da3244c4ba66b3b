"""Addresses of this room."""

from django.urls import URLPattern, path

from hall.retention.views import copies, holds

app_name = "retention"
urlpatterns: list[URLPattern] = [
    path("manage/retention/", holds.overview, name="overview"),
    path("manage/retention/copy/", copies.copy, name="copy"),
    path("manage/retention/holds/new/", holds.hold_new, name="hold_new"),
    path("manage/retention/holds/<key:pk>/", holds.hold, name="hold"),
]
