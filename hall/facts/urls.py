"""Addresses of the room."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from hall.facts import views


class NameConverter(StringConverter):
    """The name of a number: room.word."""

    regex = r"[a-z0-9_.]{1,60}"


register_converter(NameConverter, "parameter")

app_name = "facts"
urlpatterns: list[URLPattern] = [
    path("manage/parameters/", views.parameters, name="parameters"),
    path("manage/parameters/<parameter:name>/", views.parameter, name="parameter"),
    path("manage/parameters/<parameter:name>/new/", views.parameter_new, name="parameter_new"),
]
