"""Room registration."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "hall.supervision"
    label = "supervision"
    verbose_name = "电子监察"

    def ready(self) -> None:
        """Announce events, settings, sources and pages to the rooms below."""
        from hall.supervision import registration  # noqa: PLC0415 - models exist only now

        registration.announce()
