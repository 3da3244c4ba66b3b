"""Room registration."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "hall.evaluation"
    label = "evaluation"
    verbose_name = "好差评"

    def ready(self) -> None:
        """Announce events, pages and numbers to the rooms below."""
        from hall.evaluation import registration  # noqa: PLC0415 - models must be loaded first

        registration.announce()
