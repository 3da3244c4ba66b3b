"""Room registration."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "hall.pledges"
    label = "pledges"
    verbose_name = "五个零"

    def ready(self) -> None:
        """Announce indicators, settings and pages."""
        from hall.pledges import registration  # noqa: PLC0415 — other rooms' models exist only now

        registration.announce()
