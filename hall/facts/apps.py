"""Room registration."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "hall.facts"
    label = "facts"
    verbose_name = "事实与指标"
