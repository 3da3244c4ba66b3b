"""Room registration."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "hall.exports"
    label = "exports"
    verbose_name = "导出"

    def ready(self) -> None:
        """Announce events, numbers and pages of this room."""
        from hall.access import navigation  # noqa: PLC0415 - models must be loaded first
        from hall.exports import parameters  # noqa: PLC0415 - models must be loaded first
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first

        def render(data: Mapping[str, Any]) -> str:
            return f"{data['title']}，{data['rows']} 行，用途：{data['reason']}"

        def asked(data: Mapping[str, Any]) -> str:
            return f"{data['title']}，{data['rows']} 行，{data['reason']}"

        parameters.announce()
        kinds.register("exports.taken", "导出名单", render)
        kinds.register("exports.asked", "申请导出名单", asked)
        kinds.register("exports.granted", "批准导出名单", asked)
        kinds.register("exports.refused", "不批准导出名单", asked)
        askers = ("exports.approve", "cases.export", "accounts.edit", "ledger.read")
        navigation.register("导出审批", "exports:clearances", askers, order=95)
        navigation.register("导出记录", "exports:taken", "ledger.read", order=96)
