"""What this room tells the rooms below when it opens: events, settings, sources, lines of the rail."""

from collections.abc import Mapping
from typing import Any, Final

from hall.access import navigation
from hall.facts import parameters
from hall.facts.parameters import Key
from hall.ledger import kinds
from hall.organisation import departure
from hall.organisation.models import Staff
from hall.retention import kinds as keeping
from hall.retention import persons
from hall.supervision import sources
from hall.supervision.actions import moving
from hall.supervision.actions.accountability import OBJECTION_DAYS
from hall.supervision.actions.cards import APPEAL_DAYS
from hall.supervision.actions.raising import FEEDBACK_DAYS
from hall.supervision.actions.rules import GROUND_DAYS
from hall.supervision.enums import Colour, Ground
from hall.supervision.models import Card
from hall.workdays import recalculation as calendar_changes

_STAFFS_OWN: Final = (
    *(f"supervision_card.{name}" for name in ("feedback", "decision", "appeal", "ruling")),
    *(f"supervision_accountabilityrecord.{name}" for name in ("finding", "measure_text", "objection", "ruling")),
)
_CARD: Final = {
    "raised": "发督查牌",
    "answer": "反馈督查牌",
    "uphold": "认定督查牌成立",
    "revoke": "认定督查牌不成立",
    "appeal": "申诉督查牌",
    "confirm": "申诉后维持督查牌",
    "overturn": "申诉后撤销督查牌",
    "withdraw": "督查牌自动撤销",
}
_RULE: Final = {
    "drafted": "起草监察规则",
    "changed": "修改监察规则草稿",
    "discarded": "删去监察规则草稿",
    "on": "启用监察规则",
    "off": "停用监察规则",
}
_RECORD: Final = {
    "found": "登记责任追究",
    "measure": "确定责任追究措施",
    "serve": "送达责任追究",
    "object": "对责任追究提出异议",
    "finish": "责任追究生效",
    "cancel": "撤销责任追究",
    "viewed": "查看责任追究",
}


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    persons.leave_out("工作人员对督查牌和责任追究说的话，他们在自己的页面上看全文", _STAFFS_OWN)
    keeping.keep("督查牌和责任追究是人事监督的档案，随档案处理，不在到期清除之列", _STAFFS_OWN)
    for word, label in _CARD.items():
        kinds.register(f"supervision.card_{word}", label, _card)
    for word, label in _RULE.items():
        kinds.register(f"supervision.rule_{word}", label, _rule)
    for word, label in _RECORD.items():
        kinds.register(f"accountability.{word}", label, lambda data: str(data["record"]))
    _announce_settings()
    _announce_pages()
    departure.register(cards_to_answer)
    kinds.register("supervision.card_deadline_moved", "督查牌期限变动", _moved)
    calendar_changes.register("supervision", moving.preview, moving.recalculate)
    sources.announce()


def _announce_settings() -> None:
    parameters.declare(Key(FEEDBACK_DAYS, "督查牌反馈期限（人工发牌）", "个工作日", 1, 30))
    parameters.declare(Key(APPEAL_DAYS, "督查牌申诉期限", "个工作日", 1, 30))
    parameters.declare(Key(OBJECTION_DAYS, "责任追究异议期限", "个工作日", 1, 60))
    parameters.declare(Key(GROUND_DAYS, "督查牌依据自动复核的范围", "天", 30, 3650))


def _announce_pages() -> None:
    navigation.register("监察台", "supervision:desk", "supervision.view", order=40)
    navigation.register("督查牌", "supervision:cards", "supervision.view", order=41)
    navigation.register("我的督查牌", "supervision:my-cards", "supervision.answer", order=41)
    navigation.register("监察规则", "supervision:rules", "supervision.view", order=42)
    navigation.register("责任追究", "supervision:records", "accountability.view", order=49)


def cards_to_answer(staff: Staff) -> str | None:
    """Why somebody may not leave yet, or nothing: cards wait for their feedback."""
    count = Card.objects.open().filter(staff=staff).count()
    return f"名下还有 {count} 张督查牌没有了结，请先反馈并等审核。" if count else None


def _card(data: Mapping[str, Any]) -> str:
    said = f"{Colour(data['colour']).label} {data['card']}"
    ground = data.get("ground")
    return f"{said}，{Ground(ground).label}" if ground else said


def _moved(data: Mapping[str, Any]) -> str:
    return f"{moving.LABELS[data['clock']]}期限 {data['old']} → {data['new']}（{data['reason']}）"


def _rule(data: Mapping[str, Any]) -> str:
    begun = f"，自 {data['applies_from']} 起" if "applies_from" in data else ""
    return f"{data['rule']} 第 {data['number']} 版{begun}"
