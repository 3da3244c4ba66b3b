"""Room registration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = "办件"

    def ready(self) -> None:
        """Announce events and recipients to the rooms below, which know no case."""
        from approvals.cases import registration  # noqa: PLC0415 — models exist only now

        registration.announce()
