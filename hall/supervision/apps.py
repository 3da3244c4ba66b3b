"""Room registration."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "hall.supervision"
    label = "supervision"
    verbose_name = "电子监察"
