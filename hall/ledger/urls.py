"""The ledger has no pages of its own: the case page shows its events."""

from django.urls import URLPattern, URLResolver

app_name = "ledger"
urlpatterns: list[URLPattern | URLResolver] = []
