"""Room registration."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "hall.exports"
    label = "exports"
    verbose_name = "导出"

    def ready(self) -> None:
        """Announce the one event of this room, and the page of who took what."""
        from hall.access import navigation  # noqa: PLC0415 - models must be loaded first
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first

        def render(data: Mapping[str, Any]) -> str:
            return f"{data['title']}，{data['rows']} 行，用途：{data['reason']}"

        kinds.register("exports.taken", "导出名单", render)
        navigation.register("导出记录", "exports:taken", "ledger.read", order=96)
