"""Room registration."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "hall.dashboard"
    label = "dashboard"
    verbose_name = "看板"

    def ready(self) -> None:
        """Announce the line of the rail."""
        from hall.dashboard import registration  # noqa: PLC0415 (models exist only now)

        registration.announce()
