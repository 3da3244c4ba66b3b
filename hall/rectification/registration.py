"""What the second half of this room announces: what follows a bad grade, its sources, indicators, events and pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hall.access import navigation
from hall.evaluation import deadlines, given, indicators, sources, transitions
from hall.evaluation.actions.rectifying import open_for
from hall.evaluation.enums_after import AppealKind, AppealState, Limit, RectificationState
from hall.evaluation.models import Evaluation
from hall.ledger import kinds


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    given.follow("rectification", follow)
    deadlines.declare()
    sources.announce()
    indicators.announce()
    _announce_events()
    navigation.register("评价", "evaluation:list", "evaluation.view", order=30)
    navigation.register("差评整改", "evaluation:rectifications", "evaluation.view", order=31)
    navigation.register("评价指标", "evaluation:figures", "evaluation.view", order=32)


def follow(evaluation: Evaluation, at: datetime) -> None:
    """A bad grade opens its rectification in the transaction of its giving."""
    open_for(evaluation, at=at)


def _announce_events() -> None:
    for line in transitions.TABLE:
        kinds.register(f"evaluation.{line.name}", f"差评{line.label}", _state)
    kinds.register("evaluation.opened", "差评立项整改")
    kinds.register("evaluation.appealed", "差评申诉", _appeal)
    kinds.register("evaluation.appeal_decided", "差评申诉裁定", _appeal)
    kinds.register("evaluation.revealed", "查看评价人联系电话", lambda data: f"理由：{data['reason']}")
    kinds.register("evaluation.late", "差评逾期", _late)


def _state(data: Mapping[str, Any]) -> str:
    return str(RectificationState(data["to"]).label)


def _appeal(data: Mapping[str, Any]) -> str:
    kind = str(AppealKind(data["appeal"]).label)
    return f"{kind}，{AppealState(data['outcome']).label}" if "outcome" in data else kind


def _late(data: Mapping[str, Any]) -> str:
    return f"{Limit(data['limit']).label}期限 {data['due']} 已过"
