"""Room registration."""

from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "approvals.city"
    label = "city"
    verbose_name = "样本城市"
