"""Room registration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = "办件"
