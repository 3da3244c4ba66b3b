"""Room registration."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "hall.appraisal"
    label = "appraisal"
    verbose_name = "考核"
