"""Room registration."""

from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "hall.rectification"
    label = "rectification"
    verbose_name = "差评整改"

    def ready(self) -> None:
        """Announce events, pages and numbers to the rooms below, and follow what is given."""
        from hall.rectification import registration  # noqa: PLC0415 - models must be loaded first

        registration.announce()
