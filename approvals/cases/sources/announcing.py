"""Every source of this room, told to the registry when the room opens."""

from approvals.cases.sources import backdating, bursts, conduct, figures, lateness, pledges


def announce() -> None:
    """Fill the registries; again replaces."""
    for subject in (lateness, conduct, backdating, bursts, figures, pledges):
        subject.announce()
