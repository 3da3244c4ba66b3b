"""What this room tells the rooms below when it opens: its events, its pages in the rail, its numbers."""

from collections.abc import Mapping
from typing import Any

from hall.access import navigation
from hall.evaluation import copies, keeping_actions, rules
from hall.evaluation.enums import Grade, Via
from hall.facts import parameters
from hall.facts.parameters import Key
from hall.ledger import kinds


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    _announce_events()
    _announce_numbers()
    keeping_actions.announce()
    copies.announce()
    navigation.register("请评价", "evaluation:askable", "evaluation.collect", order=33)
    navigation.register("纸质评价", "evaluation:boxes", "evaluation.paper", order=34)


def _announce_events() -> None:
    kinds.register("evaluation.asked", "请办事人评价", lambda data: f"{data['window']} 号窗口评价器")
    kinds.register("evaluation.given", "办事人评价", render_given)
    kinds.register("evaluation.box_placed", "启用评价箱", _box)
    kinds.register("evaluation.box_retired", "停用评价箱", _box)
    kinds.register("evaluation.box_opened", "开评价箱", lambda data: f"{data['box']}，取出 {data['found']} 张")
    kinds.register("evaluation.paper_entered", "录入纸质评价", lambda data: f"{data['box']}，{data['count']} 张")


def _announce_numbers() -> None:
    parameters.declare(Key(rules.OPEN_DAYS, "办结后可评价的天数", "天", least=1, most=3650))
    parameters.declare(Key(rules.PAD_SECONDS, "评价器无人操作清屏", "秒", least=20, most=600))
    hours = Key(rules.STAFF_ADDRESS_HOURS, "登录过的网络地址视为工作人员（0 为不看地址）", "小时", most=720)
    parameters.declare(hours)


def render_given(data: Mapping[str, Any]) -> str:
    """The grade and the way, for the timeline of a case whose citizen signed."""
    return f"{Grade(data['grade']).label}，{Via(data['via']).label}"


def _box(data: Mapping[str, Any]) -> str:
    return str(data["box"])
