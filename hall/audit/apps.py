"""Room registration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "hall.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Announce events, numbers, signs and the page to the rooms below."""
        from hall.audit import registration  # noqa: PLC0415 - models exist only now

        registration.announce()
