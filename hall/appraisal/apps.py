"""Room registration."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "hall.appraisal"
    label = "appraisal"
    verbose_name = "考核"

    def ready(self) -> None:
        """Announce this room's events, sources, numbers and pages."""
        from hall.appraisal import registration  # noqa: PLC0415 - models must be loaded first

        registration.announce()
