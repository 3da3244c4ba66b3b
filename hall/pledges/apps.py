"""Room registration."""

from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "hall.pledges"
    label = "pledges"
    verbose_name = "五个零"
