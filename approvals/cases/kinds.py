"""How the events of a case read in its timeline; registered with the ledger when the room opens."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices

from approvals.cases.clock import ClockKind, Level, day_text
from approvals.cases.enums import Channel, CorrectableField, DeliveryMethod
from approvals.cases.transitions import TABLE
from hall.ledger import kinds

_OTHERS = {
    "case.register": "收件",
    "case.flag_raised": "期限提示",
    "case.flag_withdrawn": "撤销期限提示",
    "case.deadline_moved": "期限重新计算",
    "case.receipt_printed": "收件凭证已打印交付",
    "case.code_renewed": "换发查询码",
    "case.unmasked": "查看完整信息",
    "case.exported": "导出办件",
    "case.imported": "存量导入",
    "case.legacy_step": "原系统经过",
    "case.document_reprinted": "重打文书",
    "case.attachment_added": "上传附件",
}


def labels() -> dict[str, str]:
    """Every kind of event this room writes, with the word clerks use."""
    return _OTHERS | {f"case.{line.name}": line.label for line in TABLE}


def announce() -> None:
    """Tell the ledger every kind this room writes; called once from AppConfig.ready."""
    for name, label in labels().items():
        kinds.register(name, label, details)


def details(data: Mapping[str, Any]) -> str:
    """What matters of an event, for one line of the timeline. Old data may lack any of it."""
    parts = [text(data[key]) for key, text in _PHRASES.items() if data.get(key) not in (None, "")]
    return "，".join(part for part in parts if part)


def _label_in(choices: type[TextChoices]) -> Callable[[Any], str]:
    return lambda value: str(choices(value).label) if value in choices.values else ""


def _day(value: Any) -> str:
    """5月18日（周一）; what is no day stays as it was written."""
    try:
        return day_text(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _clock(value: Any) -> str:
    return f"{ClockKind(value).label}期限" if value in ClockKind.values else ""


def _materials(value: Any) -> str:
    """How many came with the application, or which ones later."""
    return "、".join(map(str, value)) if isinstance(value, list) else f"材料 {value} 份" if value else "没有材料"


_PHRASES: dict[str, Callable[[Any], str]] = {
    "channel": _label_in(Channel),
    "method": _label_in(DeliveryMethod),
    "clock": _clock,
    "level": _label_in(Level),
    "label": str,
    "materials": _materials,
    "days": lambda n: f"书面告知需 {n} 个工作日",
    "field": _label_in(CorrectableField),
    "passed": lambda yes: "符合" if yes else "不符合",
    "agreed": lambda yes: "同意" if yes else "不同意",
    "step": lambda name: f"“{name}”办完",
    "activity": str,
    "organ": lambda name: f"应向{name}申请",
    "acting_for": lambda number: f"代 {number} 号工作人员办理",
    "to_staff": lambda number: f"接收人工号 {number}",
    "due": lambda day: f"到期日 {_day(day)}",
    "old": lambda day: f"原定 {_day(day)}",
    "new": lambda day: f"改为 {_day(day)}",
    "fee": lambda name: f"“{name}”",
    "amount": lambda yuan: f"{yuan} 元",
    "pending": lambda _: "等对方接收",
    "document": lambda number: f"文书 {number}",
    "reason": lambda text: f"理由：{text}",
}
