"""Pages of the working calendar."""

from django.urls import URLPattern

app_name = "workdays"
urlpatterns: list[URLPattern] = []
