"""What this room tells the rooms below when it opens: its events, its recipients, what stands in the way of leaving."""

from approvals.cases import kinds


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    kinds.announce()
