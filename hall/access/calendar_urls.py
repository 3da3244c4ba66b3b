"""Addresses of the working calendar, under /manage/calendar/ and the namespace of this room."""

from django.urls import path

from hall.access.views import calendar

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("<int:year>/", calendar.year, name="calendar_year"),
    path("preview/", calendar.preview, name="calendar_preview"),
    path("trials/<key:pk>/", calendar.trial, name="calendar_trial"),
    path("import/", calendar.commit, name="calendar_import"),
]
