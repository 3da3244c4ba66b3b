"""Room registration."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "approvals.demonstration"
    label = "demonstration"
    verbose_name = "演示中心"
