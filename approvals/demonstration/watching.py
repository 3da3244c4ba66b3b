"""电子监察: rules tried on the past and switched on, the morning's watch, and the due process of its cards."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from approvals.cases.actions.lateness import sweep
from approvals.demonstration import content
from approvals.demonstration.timeline import Scene, Stage
from hall.access.models import User
from hall.facts import sources
from hall.facts.periods import PeriodKind, holding
from hall.organisation.models import Staff
from hall.supervision import simulation
from hall.supervision.actions import accountability, cards, rules
from hall.supervision.actions.accountability import Ground
from hall.supervision.actions.raising import Subject, raise_by_hand
from hall.supervision.enums import CardState, Colour, Origin
from hall.supervision.models import AccountabilityRecord, Card, RuleVersion, SuperviseRule
from hall.supervision.watching import watch

SUPERVISOR, SECOND = "supervisor", "supervisor.2"
HAND: Final = "demonstration:hand"


class Watching:
    """One supervisor keeps the rules and decides, a second one rules on appeals."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.told = stage, content.watching()

    def scenes(self) -> Iterator[Scene]:
        """Rules, mornings, and the one card by hand with its record."""
        told, ago = self.told, self.stage.ago
        yield Scene(ago(told["drafted"], 14, 20), self._try)
        yield Scene(ago(told["switched_on"], 9, 0), self._switch_on)
        for day in range(told["swept"], -1, -1):
            yield Scene(ago(day, 8, 15), lambda at: sweep(at=at))
        for day in range(told["switched_on"] - 1, -1, -1):
            yield Scene(ago(day, 8, 20), lambda at: watch(at=at))
            yield Scene(ago(day, 8, 45), self._tend)
        hand = told["hand"]
        yield Scene(ago(hand["raised"], 16, 10), self._raise)
        yield Scene(ago(hand["answered"], 10, 0), self._answer)
        yield Scene(ago(hand["upheld"], 10, 0), self._uphold)
        yield Scene(ago(hand["recorded"], 10, 0), self._record)
        yield Scene(ago(hand["recorded"], 11, 0), self._measure)

    def _drafts(self, codes: list[str], at: datetime) -> list[RuleVersion]:
        found = [rule for rule in SuperviseRule.objects.filter(code__in=codes) if sources.known(rule.source)]
        return [rules.draft(rule, by=self.stage.user(SUPERVISOR), at=at) for rule in found]

    def _try(self, at: datetime) -> None:
        versions = self._drafts([*self.told["rules"], *self.told["trial_only"]], at)
        month = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
        simulation.try_on(versions, month, by=self.stage.user(SUPERVISOR), at=at)

    def _switch_on(self, at: datetime) -> None:
        for version in self._drafts(self.told["rules"], at):
            rules.switch_on(version, applies_from=timezone.localdate(at), by=self.stage.user(SUPERVISOR), at=at)

    def _tend(self, at: datetime) -> None:
        """What a morning does to the cards: feedback, decisions, one appeal, its ruling."""
        before = at - timedelta(days=self.told["answered_after"], hours=1)
        mine = Card.objects.exclude(fact_key=HAND).select_related("rule", "staff").order_by("raised_at", "number")
        for card in mine.filter(state=CardState.APPEALING, appealed_at__lt=before):
            self._rule(card, at)
        for card in mine.filter(state=CardState.ANSWERED, answered_at__lt=before):
            self._decide(card, at)
        for card in mine.filter(state=CardState.AWAITING, raised_at__lt=before):
            if card.rule is not None and card.rule.code not in self.told["unanswered"]:
                words = self.told["feedback"]
                text = words.get(card.rule.code, words["default"])
                cards.answer(card, text=text, plea="", by=self._answerer(card), at=at)

    def _decide(self, card: Card, at: datetime) -> None:
        """Found true; the first of the rule named is appealed at once."""
        text, appeal = self.told["decision"]["text"], self.told["appeal"]
        cards.uphold(card, text=text, by=self.stage.user(SUPERVISOR), at=at)
        first = card.rule is not None and card.rule.code == appeal["rule"]
        if first and not Card.objects.filter(appealed_at__isnull=False).exists():
            later = at + timedelta(hours=2)
            if later <= self.stage.at:
                cards.appeal(card, text=appeal["text"], by=self._answerer(card), at=later)

    def _rule(self, card: Card, at: datetime) -> None:
        appeal = self.told["appeal"]
        cards.overturn(card, text=appeal["ruling"], ground=appeal["ground"], by=self.stage.user(SECOND), at=at)

    def _answerer(self, card: Card) -> User:
        """The person, or the chief representative where the person has no account."""
        staff = card.staff_id or card.chief_id
        own = {user.staff_id: user for user in self.stage.hall.users.values()}
        return own.get(staff) or own[card.chief_id]

    def _raise(self, at: datetime) -> None:
        row = self.told["hand"]
        raise_by_hand(
            colour=Colour.RED, subject=self._subject(row), reason=row["reason"], basis=row["basis"], happened_at=at,
            by=self.stage.user(SUPERVISOR), at=at, fact_key=HAND,
        )  # fmt: skip

    def _answer(self, at: datetime) -> None:
        card = Card.objects.get(fact_key=HAND)
        cards.answer(card, text=self.told["hand"]["feedback"], plea="", by=self._answerer(card), at=at)

    def _uphold(self, at: datetime) -> None:
        text = self.told["decision"]["text"]
        cards.uphold(Card.objects.get(fact_key=HAND), text=text, by=self.stage.user(SUPERVISOR), at=at)

    def _record(self, at: datetime) -> None:
        row = self.told["hand"]
        ground = Ground(Origin.CARD, card=Card.objects.get(fact_key=HAND))
        accountability.open_record(
            subject=self._subject(row), ground=ground, finding=row["finding"], by=self.stage.user(SUPERVISOR), at=at
        )

    def _measure(self, at: datetime) -> None:
        row, by = self.told["hand"], self.stage.user(SUPERVISOR)
        record = accountability.measure(
            AccountabilityRecord.objects.get(), measure=row["measure"], text=row["measure_text"],
            basis=row["measure_basis"], by=by, at=at,
        )  # fmt: skip
        accountability.serve(record, by=by, at=at)

    def _subject(self, row: dict[str, Any]) -> Subject:
        staff: Staff = self.stage.hall.staff[row["staff"]]
        return Subject(self.stage.hall.center, staff.department, staff.window, staff)


def scenes(stage: Stage) -> Iterator[Scene]:
    """The watch of this demonstration."""
    return Watching(stage).scenes()
