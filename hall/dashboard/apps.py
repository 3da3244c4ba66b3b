"""Room registration."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "hall.dashboard"
    label = "dashboard"
    verbose_name = "看板"
