"""The outbox has no pages of its own: the in-app inbox stands in hall.access, which knows who is asking."""

from django.urls import URLPattern, URLResolver

app_name = "outbox"
urlpatterns: list[URLPattern | URLResolver] = []
