"""Room registration."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "hall.organisation"
    label = "organisation"
    verbose_name = "机构"
