"""Room registration."""

from django.apps import AppConfig

from hall.outbox import recipients


class OutboxConfig(AppConfig):
    name = "hall.outbox"
    label = "outbox"
    verbose_name = "消息"

    def ready(self) -> None:
        recipients.register("user", recipients.user_account)
