"""Room registration."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "hall.workdays"
    label = "workdays"
    verbose_name = "工作日历"
