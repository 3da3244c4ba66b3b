"""What this room tells the rooms below when it opens: it follows bad grades, and announces numbers, events, pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hall.access import navigation
from hall.audit import viewings
from hall.evaluation import given, sequel
from hall.evaluation.models import Evaluation
from hall.evaluation.sequel import Sequel
from hall.ledger import kinds
from hall.rectification import copies, deadlines, indicators, queries, sources, transitions
from hall.rectification.actions import keeping, moving
from hall.rectification.actions.rectifying import open_for
from hall.rectification.enums import AppealKind, AppealState, Limit, RectificationState
from hall.workdays import recalculation as calendar_changes


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    given.follow("rectification", follow)
    sequel.tell_by(Sequel(promise=promise, progress=queries.public_answer, template="rectification/progress.html"))
    deadlines.declare()
    sources.announce()
    copies.announce()
    keeping.announce()
    indicators.announce()
    _announce_events()
    calendar_changes.register("rectification", moving.preview, moving.recalculate)
    viewings.also("rectification.revealed")
    navigation.register("评价", "rectification:evaluations", "evaluation.view", order=30)
    navigation.register("差评整改", "rectification:worklist", "evaluation.view", order=31)
    navigation.register("评价指标", "rectification:figures", "evaluation.view", order=32)


def follow(evaluation: Evaluation, at: datetime) -> None:
    """A bad grade opens its rectification in the transaction of its giving."""
    open_for(evaluation, at=at)


def promise(evaluation: Evaluation, at: datetime) -> deadlines.Deadlines:
    """The days told with the thanks for a bad grade."""
    return deadlines.at_opening(evaluation.center, named=not evaluation.anonymous, at=at)


def _announce_events() -> None:
    for line in transitions.TABLE:
        kinds.register(f"rectification.{line.name}", f"差评{line.label}", _state)
    kinds.register("rectification.opened", "差评立项整改")
    kinds.register("rectification.appealed", "差评申诉", _appeal)
    kinds.register("rectification.appeal_decided", "差评申诉裁定", _appeal)
    kinds.register("rectification.revealed", "查看评价人联系电话", lambda data: f"理由：{data['reason']}")
    kinds.register("rectification.late", "差评逾期", _late)
    kinds.register("rectification.deadline_moved", "差评期限变动", _moved)


def _state(data: Mapping[str, Any]) -> str:
    return str(RectificationState(data["to"]).label)


def _appeal(data: Mapping[str, Any]) -> str:
    kind = str(AppealKind(data["appeal"]).label)
    return f"{kind}，{AppealState(data['outcome']).label}" if "outcome" in data else kind


def _late(data: Mapping[str, Any]) -> str:
    return f"{Limit(data['limit']).label}期限 {data['due']} 已过"


def _moved(data: Mapping[str, Any]) -> str:
    return f"{moving.LABELS[data['clock']]}期限 {data['old']} → {data['new']}（{data['reason']}）"
