"""Room registration."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    verbose_name = "事项目录"
