"""Room registration."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "hall.outbox"
    label = "outbox"
    verbose_name = "消息"
