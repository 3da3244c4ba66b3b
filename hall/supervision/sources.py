"""What this room announces: standing yellow and red cards, and yellow cards not answered in time."""

from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse

from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, QuerySource
from hall.ledger.numbers import grouped
from hall.supervision.enums import STANDING, Colour
from hall.supervision.models import Card

_PLACE: Final = {
    "center": "center_id", "department": "department_id", "window": "window_id", "staff": "staff_id",
}  # fmt: skip


def _standing(colour: Colour) -> QuerySet[Card]:
    return Card.objects.filter(colour=colour, state__in=STANDING).select_related("rule")


def _still(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(state__in=STANDING)


def _fact(code: str, card: Card, text: str, **more: Any) -> Fact:
    return Fact(
        key=f"{code}:{card.pk}",
        text=text,
        docket=card.docket,
        url=reverse("supervision:card", args=[card.pk]),
        center=card.center_id,
        department=card.department_id,
        window=card.window_id,
        staff=card.staff_id,
        **more,
    )


def _cards(colour: Colour) -> QuerySource:
    code = f"supervision.{colour.value}"

    def fact(card: Card) -> Fact:
        name = card.rule.name if card.rule else "人工发牌"
        what = f"（办件 {grouped(card.docket)}）" if card.docket else ""
        text = f"{colour.label} {card.number}：{name}{what}。"
        return _fact(code, card, text, occurred_at=card.happened_at, recorded_at=card.raised_at)

    return QuerySource(
        code=code,
        label=colour.label,
        definition=f"已发出且未撤销的{colour.label}，按所涉事实发生的时间计；不成立、申诉后撤销、自动撤销的不计。",
        rows=lambda _part: _standing(colour),
        fact=fact,
        when="happened_at",
        recorded="raised_at",
        where=_PLACE,
        right="supervision.view",
        still=_still,
    )


def _late_rows(_part: Slice) -> QuerySet[Card]:
    late = Q(answered_at__isnull=True, decided_at__isnull=True) | Q(answered_at__gte=F("late_at"))
    decided_late = Q(answered_at__isnull=True, decided_at__gte=F("late_at"))
    return _standing(Colour.YELLOW).filter(late | decided_late, late_at__lte=Now())


def _late_fact(card: Card) -> Fact:
    due = card.feedback_due
    text = f"黄牌 {card.number} 应在 {due.month}月{due.day}日前反馈，逾期。"
    return _fact("supervision.feedback_late", card, text, occurred_at=card.late_at, recorded_at=card.late_at)


def announce() -> None:
    """Register; called once from AppConfig.ready."""
    sources.register(_cards(Colour.YELLOW))
    sources.register(_cards(Colour.RED))
    sources.register(
        QuerySource(
            code="supervision.feedback_late",
            label="黄牌逾期未反馈",
            definition="期限届满仍未反馈或逾期才反馈的黄牌，按期限届满次日零时计；已撤销的不计。",
            rows=_late_rows,
            fact=_late_fact,
            when="late_at",
            where=_PLACE,
            still=_still,
        )
    )
