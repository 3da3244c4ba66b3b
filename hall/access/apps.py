"""Room registration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "hall.access"
    label = "access"
    verbose_name = "账号与权限"
