"""What this room tells the rooms below when it opens."""

from collections.abc import Mapping
from typing import Any

from hall.access import health
from hall.backup import epoch, signs
from hall.backup.actions import EVENTS
from hall.backup.enums import RunKind
from hall.ledger import kinds
from hall.outbox import gates


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    for kind, name in EVENTS.items():
        kinds.register(name, RunKind(kind).label, _render)
    for sign in signs.ALL:
        health.register(sign)
    gates.register(epoch.problem)


def _render(data: Mapping[str, Any]) -> str:
    return f"{'成功' if data['succeeded'] else '没有成功'}，{data['says']}"
