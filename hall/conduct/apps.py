"""Room registration."""

from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "hall.conduct"
    label = "conduct"
    verbose_name = "巡查通报投诉"

    def ready(self) -> None:
        """Announce events, settings, sources and pages to the rooms below."""
        from hall.conduct import registration  # noqa: PLC0415 - models exist only now

        registration.announce()
