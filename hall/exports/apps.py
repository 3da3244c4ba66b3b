"""Room registration."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "hall.exports"
    label = "exports"
    verbose_name = "导出"
