"""Addresses of this room: the trail of exports, and the lists of the rooms below."""

from django.urls import URLPattern, path

from hall.exports import house
from hall.exports.views import second

app_name = "exports"
urlpatterns: list[URLPattern] = [
    path("manage/exports/", house.taken, name="taken"),
    path("manage/exports/trail/", house.taken_export, name="taken_export"),
    path("manage/exports/second/", second.clearances, name="clearances"),
    path("manage/exports/second/<uuid:pk>/", second.clearance, name="clearance"),
    path("manage/exports/parameters/", house.parameters, name="parameters"),
    path("manage/exports/parameters/<parameter:name>/", house.parameter, name="parameter"),
    path("manage/exports/staff/", house.people, name="staff"),
    path("manage/exports/places/<slug:slug>/", house.place_list, name="places"),
    path("manage/exports/devices/", house.device_list, name="devices"),
    path("manage/exports/history/", house.history, name="history"),
]
