"""Room registration."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "hall.facts"
    label = "facts"
    verbose_name = "事实与指标"

    def ready(self) -> None:
        """Announce the event and the page of numbers to the rooms below."""
        from hall.facts import registration  # noqa: PLC0415 - models exist only now

        registration.announce()
