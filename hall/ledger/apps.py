"""Room registration."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig

_DEEDS = {"INSERT": "增加", "UPDATE": "修改", "DELETE": "删除"}


class LedgerConfig(AppConfig):
    name = "hall.ledger"
    label = "ledger"
    verbose_name = "事件账"

    def ready(self) -> None:
        """Announce the event the database writes by itself (hall.ledger.guards.accounted)."""
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first

        def foreign(data: Mapping[str, Any]) -> str:
            return f"{data['role']} {_DEEDS.get(data['deed'], data['deed'])} {data['table']} {data['row']}"

        kinds.register("ledger.foreign", "绕过系统改动数据", foreign)
