"""Room registration."""

from django.apps import AppConfig

from hall.access import navigation


class CatalogueConfig(AppConfig):
    name = "approvals.catalogue"
    label = "catalogue"
    verbose_name = "事项目录"

    def ready(self) -> None:
        navigation.register("事项目录", "catalogue:items", "catalogue.view", order=60)
