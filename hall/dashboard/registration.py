"""What this room tells the others when it opens."""

from hall.access import navigation
from hall.dashboard.models import StaleDay
from hall.ledger import grants


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    grants.maintains(StaleDay._meta.db_table)  # rolling.py: a few rows today, thousands after an import
    navigation.register("看板", "dashboard:home", "dashboard.view", order=20)
