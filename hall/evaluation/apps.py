"""Room registration."""

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "hall.evaluation"
    label = "evaluation"
    verbose_name = "好差评"
