"""What this room tells the rooms below when it opens: events, pages, numbers, sources of facts."""

from collections.abc import Mapping
from typing import Any

from hall.access import navigation
from hall.conduct import copies, sources
from hall.conduct.actions import keeping, moving
from hall.conduct.enums import CheckVerdict, RectificationDeed, Verdict
from hall.conduct.parameters import KEYS
from hall.facts import parameters
from hall.ledger import kinds
from hall.privacy import sealed
from hall.workdays import recalculation as calendar_changes


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    _events()
    _pages()
    sources.announce()
    keeping.announce()
    copies.announce()
    sealed.register("conduct.Photo", "storage_key", prefix="conduct_photo.content", files=True)
    calendar_changes.register("conduct", moving.preview, moving.recalculate)
    for key in KEYS:
        parameters.declare(key)


def _events() -> None:
    kinds.register("patrol.list", "启用巡查清单", lambda data: f"第 {data['version']} 版，{data['lines']} 项")
    kinds.register("patrol.started", "开始巡查", lambda data: f"{data['windows']} 个窗口，随机抽取 {data['drawn']} 个")
    kinds.register("patrol.recorded", "巡查记录", lambda data: f"第 {data['line']} 项")
    kinds.register("patrol.finished", "结束巡查", lambda data: f"看了 {data['looked']} 项，问题 {data['problems']} 个")
    kinds.register("patrol.rectification", "巡查整改", lambda data: RectificationDeed(data["deed"]).label)
    kinds.register("bulletin.drafted", "起草通报")
    kinds.register("bulletin.edited", "修改通报")
    kinds.register("bulletin.submitted", "提交通报审核")
    kinds.register("bulletin.returned", "退回通报")
    kinds.register("bulletin.published", "发布通报", _number)
    kinds.register("bulletin.withdrawn", "撤回通报", _number)
    kinds.register("complaint.received", "收到投诉", _number)
    kinds.register("complaint.accepted", "受理投诉", _number)
    kinds.register("complaint.declined", "不予受理投诉", _number)
    kinds.register("complaint.reassigned", "改派投诉", _number)
    kinds.register("complaint.contact_seen", "查看投诉人联系方式", _number)
    kinds.register("complaint.reported", "提交投诉调查报告", _number)
    kinds.register("complaint.returned", "退回投诉调查报告", _number)
    kinds.register("complaint.decided", "裁定投诉", _verdict)
    kinds.register("complaint.objected", "对投诉裁定提出异议", _number)
    kinds.register("complaint.reviewed", "复核投诉裁定", _verdict)
    kinds.register("complaint.deadline_moved", "投诉期限变动", _moved)
    kinds.register(
        "check.drawn", "抽取办结时间查验", lambda data: f"{data['period']}，{data['of']} 件中抽 {data['percent']}%"
    )
    kinds.register("check.judged", "办结时间查验结论", lambda data: CheckVerdict(data["verdict"]).label)


def _number(data: Mapping[str, Any]) -> str:
    return str(data["number"])


def _moved(data: Mapping[str, Any]) -> str:
    label = moving.LABELS[data["clock"]]
    return f"{data['number']} {label}期限 {data['old']} → {data['new']}（{data['reason']}）"


def _verdict(data: Mapping[str, Any]) -> str:
    return f"{data['number']} {Verdict(data['verdict']).label}"


def _pages() -> None:
    navigation.register("巡查", "conduct:patrols", ("patrol.record", "supervision.view"), order=44)
    navigation.register("巡查整改", "conduct:rectifications", ("patrol.answer", "patrol.record"), order=45)
    navigation.register("通报", "conduct:bulletins", ("bulletins.read", "bulletins.write"), order=46)
    navigation.register("投诉", "conduct:complaints", ("complaints.handle", "complaints.answer"), order=47)
    navigation.register("办结时间查验", "conduct:checks", ("supervision.check", "supervision.view"), order=48)
