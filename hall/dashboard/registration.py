"""What this room tells the others when it opens."""

from hall.access import navigation


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    navigation.register("看板", "dashboard:home", "dashboard.view", order=20)
