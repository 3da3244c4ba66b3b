"""What a card shows: as a row, as a letter, its course so far, and what the person may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from hall.access import navigation
from hall.access.models import User
from hall.access.rules import has_right
from hall.supervision import rules, transitions
from hall.supervision.enums import CardState, Colour, Ground
from hall.supervision.models import Card
from hall.supervision.queries import remaining
from hall.workdays.calendars import calendar_for

# Who may do such a thing at all: others are not told what they may not do.
_ASKED: Final = {
    "answer": "supervision.answer",
    "appeal": "supervision.answer",
    "uphold": "supervision.decide",
    "revoke": "supervision.decide",
    "confirm": "supervision.decide",
    "overturn": "supervision.decide",
}


@dataclass(frozen=True)
class Row:
    """A card in a list."""

    card: Card
    badge: str
    state: str
    state_badge: str
    time: str
    late: bool


def rows(cards: Sequence[Card], at: datetime) -> list[Row]:
    """The rows of a page; one calendar a region."""
    calendars = {region: calendar_for(region) for region in {card.center.region_id for card in cards}}
    return [
        Row(
            card=card,
            badge=Colour(card.colour).badge,
            state=CardState(card.state).label,
            state_badge=CardState(card.state).badge,
            time=_time_left(card, at, calendars[card.center.region_id]),
            late=card.state == CardState.AWAITING and at >= card.late_at,
        )
        for card in cards
    ]


def _time_left(card: Card, at: datetime, calendar: Any) -> str:
    today, due = timezone.localdate(at), _running(card)
    return remaining(due, today, calendar.count(today, due)) if due else ""


def _running(card: Card) -> date | None:
    """The deadline that runs, if one does."""
    if card.state == CardState.AWAITING:
        return card.feedback_due
    return card.appeal_due if card.state == CardState.UPHELD else None


def letter(card: Card, at: datetime) -> dict[str, Any]:
    """What the notice says."""
    row = rows([card], at)[0]
    return {
        "row": row,
        "due": _running(card),
        "due_label": "申诉期限" if card.state == CardState.UPHELD else "反馈期限",
        "docket_url": navigation.docket_url(card.docket),
        "hour": _hour(card.happened_at),
        "raised_by": card.raised_by.display_name if card.raised_by else "",
        "rule_url": reverse("supervision:rule", args=[card.rule.code]) if card.rule else "",
    }


def _hour(moment: datetime) -> str:
    """The time of day; nothing where a whole day is meant (a limit is missed from 00:00)."""
    text = f"{timezone.localtime(moment):%H:%M}"
    return "" if text == "00:00" else text


def course(card: Card) -> list[dict[str, Any]]:
    """What happened so far, newest first."""
    plea = f"主张：{Ground(card.plea).label}。" if card.plea else ""
    late = "（逾期）" if card.answered_at and card.answered_at >= card.late_at else ""
    taken = f"撤销理由：{Ground(card.ground).label}。" if card.ground else ""
    verdict = "认定不成立" if card.state == CardState.REVOKED else "认定成立"
    ruling = "裁定撤销" if card.state == CardState.OVERTURNED else "裁定维持"
    steps = (
        (card.raised_at, "发牌", card.raised_by, ""),
        (card.answered_at, f"反馈{late}", card.answered_by, f"{plea}{card.feedback}"),
        (card.decided_at, verdict, card.decided_by, card.decision),
        (card.appealed_at, "申诉", card.appealed_by, card.appeal),
        (card.ruled_at, ruling, card.ruled_by, card.ruling),
        (card.withdrawn_at if card.state == CardState.WITHDRAWN else None, "自动撤销", None, taken),
    )
    done = [
        {"at": at, "text": text, "by": by.display_name if by else "系统", "more": more}
        for at, text, by, more in steps
        if at is not None
    ]
    if card.state in (CardState.REVOKED, CardState.OVERTURNED):
        done[-1]["more"] = f"{taken}{done[-1]['more']}"
    return list(reversed(done))


def doings(card: Card, user: User) -> list[dict[str, Any]]:
    """What the state allows: as a button for whom it is, with the reason for others who do such things."""
    found = []
    for name, move in transitions.CARD.items():
        right = _ASKED.get(name)
        if right is None or card.state not in move.sources or not has_right(user, right):
            continue
        allowed = rules.may(user, name, card)
        found.append(
            {
                "label": move.label,
                "url": reverse("supervision:card-act", args=[card.pk, name]),
                "allowed": allowed,
                "why": "" if allowed else rules.WHO[name],
                "primary": allowed and name in ("answer", "uphold", "confirm"),
            }
        )
    return found


def may_open_record(card: Card, user: User) -> bool:
    """Whether an upheld red card may go on to 责任追究 by this person."""
    fit = card.colour == Colour.RED and card.state in (CardState.UPHELD, CardState.CONFIRMED)
    return fit and bool(rules.may_write_record.test(user, card))
