"""What this room tells the rooms below when it opens."""

from collections.abc import Mapping
from typing import Any

from hall.access import navigation
from hall.facts import queries
from hall.ledger import kinds


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    kinds.register("facts.setting", "设定参数", _setting)
    navigation.register("参数和依据", "facts:parameters", ("settings.edit", "supervision.view"), order=98)


def _setting(data: Mapping[str, Any]) -> str:
    key = queries.key_named(str(data["key"]))
    where = f"，中心 {data['center']}" if data["center"] else ""
    return f"{key.label if key else data['key']} {data['value']}，自 {data['from']} 起{where}"
