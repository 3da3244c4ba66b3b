"""Room registration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "hall.ledger"
    label = "ledger"
    verbose_name = "事件账"
