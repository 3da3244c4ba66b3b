"""What this room tells the rooms below when it opens."""

from collections.abc import Mapping
from typing import Any

from hall.access import health, navigation
from hall.audit import actions, clocks, foreign, parameters
from hall.ledger import kinds


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    parameters.announce()
    kinds.register(actions.MANY, "一天内多次查看完整信息", _many)
    kinds.register(actions.OFF, "主机时钟不准", _clock)
    kinds.register(actions.REMOVED, "清除到期的服务器日志", _removed)
    health.register(clocks.sign)
    health.register(foreign.sign)
    navigation.register("审计", "audit:viewings", ("supervision.view", "ledger.read"), order=94)


def _many(data: Mapping[str, Any]) -> str:
    return f"账号 {data['account']}，{data['times']} 次，超过 {data['limit']} 次"


def _clock(data: Mapping[str, Any]) -> str:
    return f"{data['host']}（{data['process']}）{data['apart']}"


def _removed(data: Mapping[str, Any]) -> str:
    return f"{data['files']} 个文件，{data['first']} 至 {data['last']}，保存期限 {data['months']} 个月"
