"""Room registration."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "hall.organisation"
    label = "organisation"
    verbose_name = "机构"

    def ready(self) -> None:
        """Announce this room's events to the ledger and its own check on people who leave."""
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first
        from hall.organisation import departure  # noqa: PLC0415 - models must be loaded first

        kinds.register("organisation.absence", "登记不在岗，由 B 岗代理")
        kinds.register("organisation.return", "登记回岗")
        kinds.register("organisation.departure", "登记离岗")
        departure.register(departure.roles_still_held)
