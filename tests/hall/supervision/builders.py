"""A source of made-up facts, rules that are on, and cards in every state."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from hall.access.models import User
from hall.facts import periods, sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, Option
from hall.supervision import simulation
from hall.supervision.actions import Subject, cards, raise_by_hand
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CardState, Colour
from hall.supervision.models import Card, RuleVersion, SuperviseRule
from tests.builders import Hall, make_staff, make_user, moment

# Wednesday; feedback of a card raised now is due on Wednesday the 20th.
NOW = moment("2026-05-13 09:15")
IN_TIME, TOO_LATE = moment("2026-05-20 18:00"), moment("2026-05-21 00:00")


@dataclass
class Facts:
    """A source whose facts a test puts in and takes away."""

    code: str = "test.facts"
    label: str = "测试事实"
    definition: str = "测试用。"
    options: tuple[Option, ...] = (Option("days", "超过", 3, "天", 1, 30),)
    rows: list[Fact] = field(default_factory=list)
    asked: list[Slice] = field(default_factory=list)
    broken: bool = False

    def _in(self, part: Slice) -> list[Fact]:
        self.asked.append(part)
        if self.broken:
            raise RuntimeError("broken source")
        found = [f for f in self.rows if part.centers is None or f.center in part.centers]
        when = [(f, (f.recorded_at if part.by_record else None) or f.occurred_at) for f in found]
        inside = [f for f, at in when if part.period.start <= at < part.period.end]
        return sorted(inside, key=lambda f: (f.occurred_at, f.key), reverse=True)

    def count(self, part: Slice) -> int:
        return len(self._in(part))

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        return self._in(part)[offset : None if limit is None else offset + limit]

    def standing(self, keys: Iterable[str]) -> set[str]:
        return {f.key for f in self.rows} & set(keys)


@contextmanager
def announced(source: Facts | None = None) -> Iterator[Facts]:
    """A made-up source, gone again afterwards."""
    made = source or Facts()
    sources.register(made)
    try:
        yield made
    finally:
        sources._sources.pop(made.code)


def fact(hall: Hall, key: str = "a", *, at: datetime = NOW - timedelta(hours=1), **facts: Any) -> Fact:
    """Something the hall's clerk did."""
    defaults: dict[str, Any] = {
        "text": f"办件 {key} 超过承诺期限 2 个工作日。",
        "center": hall.center.pk,
        "department": hall.department.pk,
        "window": hall.window.pk,
        "staff": hall.clerk.staff_id,
        "recorded_at": at,
    }
    return Fact(key=f"test.facts:{key}", occurred_at=at, **{**defaults, **facts})


def make_rule(code: str = "test", source: str = "test.facts") -> SuperviseRule:
    """A rule with its template."""
    rule = SuperviseRule.objects.create(code=code, name=f"测试规则 {code}", source=source, position=900)
    RuleVersion.objects.create(
        rule=rule, number=1, status="template", colour="yellow", reason="【事实】请说明情况。", basis="测试办法第一条",
        feedback_days=5, feedback_source="测试办法第二条",
    )  # fmt: skip
    return rule


def make_draft(rule: SuperviseRule, by: User, *, colour: str = Colour.YELLOW, **options: int) -> RuleVersion:
    """A draft of the person's center."""
    draft = rule_actions.draft(rule, by=by, at=NOW - timedelta(days=20))
    wording = rule_actions.Wording(colour, 5, "测试办法第二条", "【事实】请说明情况。", "测试办法第一条", options)
    return rule_actions.save_draft(draft, wording, by=by, at=NOW - timedelta(days=20))


def tried(version: RuleVersion, by: User, period: str = "2026-04") -> None:
    simulation.try_on([version], periods.parse(period), by=by, at=NOW - timedelta(days=2))


def switched_on(
    hall: Hall, rule: SuperviseRule | None = None, *, colour: str = Colour.YELLOW, since: date = date(2026, 5, 1)
) -> RuleVersion:
    """A version of the hall's center that is on; its source must be announced."""
    version = make_draft(rule or make_rule(), hall.supervisor, colour=colour)
    tried(version, hall.supervisor)
    return rule_actions.switch_on(version, applies_from=since, by=hall.supervisor, at=NOW - timedelta(days=1))


def subject(hall: Hall, **facts: Any) -> Subject:
    return Subject(hall.center, hall.department, hall.window, facts.get("staff", hall.clerk.staff))


def hand_card(hall: Hall, *, at: datetime = NOW, **facts: Any) -> Card:
    """A card the hall's supervisor raised on the clerk."""
    defaults: dict[str, Any] = {
        "colour": Colour.YELLOW, "subject": subject(hall), "reason": "上班时间不在岗。", "basis": "工作纪律第三条",
        "happened_at": at - timedelta(hours=1), "by": hall.supervisor,
    }  # fmt: skip
    return raise_by_hand(**{**defaults, **facts}, at=at)


def second_supervisor(hall: Hall) -> User:
    return make_user("supervisor", make_staff(center=hall.center))


def keeper() -> User:
    """An account of no person, which keeps the rules that hold everywhere and sees every center."""
    ready = {"must_change_password": False, "demonstration": True, "password_changed_at": timezone.now()}
    return User.objects.create_user("keeper", None, role="supervisor", **ready)


def card_in(hall: Hall, state: str, *, deciding: User | None = None, colour: str = Colour.YELLOW) -> Card:
    """A card raised by hand that has gone its way to a state."""
    decider, other = deciding or second_supervisor(hall), second_supervisor(hall)
    card = hand_card(hall, colour=colour)
    if state == CardState.AWAITING:
        return card
    if state == CardState.WITHDRAWN:
        return cards.withdraw(card, at=NOW)
    card = cards.answer(card, text="当时在送件。", plea="", by=hall.clerk, at=NOW)
    if state == CardState.ANSWERED:
        return card
    if state == CardState.REVOKED:
        return cards.revoke(card, text="属实。", ground="mistaken", by=decider, at=NOW)
    card = cards.uphold(card, text="没有报备。", by=decider, at=NOW)
    if state == CardState.UPHELD:
        return card
    card = cards.appeal(card, text="已向首席代表报备。", by=hall.clerk, at=NOW)
    if state == CardState.APPEALING:
        return card
    if state == CardState.CONFIRMED:
        return cards.confirm(card, text="维持。", by=other, at=NOW)
    return cards.overturn(card, text="有报备记录。", ground="mistaken", by=other, at=NOW)


def today(at: datetime = NOW) -> date:
    return timezone.localdate(at)
