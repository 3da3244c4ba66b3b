"""The watch: facts of the versions that are on become cards, and cards whose ground is gone are withdrawn.

By mark, not by time window: a version knows up to when it has read what was recorded. Running twice does nothing, a
missed night catches up day by day. One transaction a batch under the lock of the rules of the source (SKIP LOCKED): two
watches at once, or two rules of one source, raise one card. A fact whose clock stands still is looked at again later,
by the day it was recorded; a fact that cannot be written is parked and named. Facts of days before `applies_from` never
fire.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from hall.facts import parameters, sources
from hall.facts.errors import Refused
from hall.facts.periods import Period, PeriodKind
from hall.facts.slices import Slice
from hall.facts.sources import Fact, UnknownSource
from hall.ledger import actions as ledger
from hall.organisation.queries import subtree
from hall.supervision.actions import cards, marks
from hall.supervision.actions.raising import raise_card, raise_signal
from hall.supervision.actions.rules import GROUND_DAYS
from hall.supervision.enums import Colour, DeferralReason, VersionStatus
from hall.supervision.models import Card, Deferral, RuleVersion, Signal, SuperviseRule

logger = logging.getLogger(__name__)
BATCH: Final = 200
# What was recorded just before the last look may have been committed just after it.
OVERLAP: Final = timedelta(minutes=15)
# A replaced version still answers for facts of its days that are recorded this much later.
TAIL: Final = timedelta(days=30)


@dataclass
class WatchResult:
    """What one watch did; logged as counts."""

    cards: int = 0
    signals: int = 0
    paused: int = 0
    held: int = 0
    parked: list[str] = field(default_factory=list)


def watch(*, at: datetime, batch: int = BATCH) -> WatchResult:
    """Read every version that is on. Safe to run twice, at once, or after days of standing still."""
    result = WatchResult()
    for version in _watched(at):
        try:
            _read(version, at=at, batch=batch, result=result)
        except Exception as error:
            _park_version(version, error, at=at, result=result)
    ledger.beat("supervision.watch", at)
    return result


def _watched(at: datetime) -> list[RuleVersion]:
    ready = Q(parked_until__isnull=True) | Q(parked_until__lte=at)
    # A clock may stand still for longer than the tail: what is left over keeps its version watched.
    left_over = Exists(Deferral.objects.filter(version=OuterRef("pk"), reason=DeferralReason.PAUSED))
    answers = Q(applies_until__gte=timezone.localdate(at) - TAIL) | Q(left_over)
    replaced = Q(status=VersionStatus.SUPERSEDED) & answers
    watched = RuleVersion.objects.filter(ready, Q(status=VersionStatus.ON) | replaced)
    return list(watched.select_related("rule").order_by("rule__position", "rule_id", "number"))


def _park_version(version: RuleVersion, error: Exception, *, at: datetime, result: WatchResult) -> None:
    name = f"没有登记的事实来源 {version.rule.source}" if isinstance(error, UnknownSource) else type(error).__name__
    marks.park_version(version=version, said=name, at=at)
    result.parked.append(version.rule.code)
    logger.error("watch parked a rule: rule=%s error=%s", version.rule.code, type(error).__name__)


def _read(version: RuleVersion, *, at: datetime, batch: int, result: WatchResult) -> None:
    source = sources.source_of(version.rule.source)
    centers = governed(version)
    begun = version.watched_until or at
    for day in _days(version, begun, at):
        period = Period(PeriodKind.DAY, day, day)
        part = Slice(period, centers, options=version.options, by_record=True)
        found = [fact for fact in source.find(part) if applies(version, fact)]
        if not _take_day(version, day, found, at=at, batch=batch, result=result):
            return  # somebody else is reading this rule; the next watch comes in a minute
        marks.advance(version=version, until=min(period.end, at))


def governed(version: RuleVersion) -> frozenset[int] | None:
    """The centers a version speaks for: its own and all below it."""
    if version.center_id is None:
        return None
    return frozenset(subtree(version.center_id).values_list("pk", flat=True))


def applies(version: RuleVersion, fact: Fact) -> bool:
    """Whether a fact happened in the days of the version."""
    day = timezone.localdate(fact.occurred_at)
    begun = version.applies_from is not None and day >= version.applies_from
    return begun and (version.applies_until is None or day < version.applies_until)


def _days(version: RuleVersion, begun: datetime, at: datetime) -> Iterator[date]:
    """The days left over that are due again, then every day since the mark."""
    first, today = timezone.localdate(begun - OVERLAP), timezone.localdate(at)
    due = Deferral.objects.filter(version=version, look_again_at__lte=at, day__lt=first)
    yield from sorted(set(due.values_list("day", flat=True)))
    for number in range((today - first).days + 1):
        yield first + timedelta(days=number)


def _take_day(
    version: RuleVersion, day: date, found: Sequence[Fact], *, at: datetime, batch: int, result: WatchResult
) -> bool:
    waiting = [fact for fact in found if fact.paused]
    parked = Deferral.objects.filter(version=version, reason=DeferralReason.POISON, look_again_at__gt=at)
    keys = set(parked.values_list("fact_key", flat=True))
    ready = [fact for fact in found if not fact.paused and fact.key not in keys]
    known = _known(version, [fact.key for fact in found])
    fresh = [fact for fact in ready if fact.key not in known]
    for start in range(0, len(fresh), batch):
        if not _handle(version, day, fresh[start : start + batch], at=at, result=result):
            return False
    standing = [fact for fact in waiting if fact.key not in known]
    marks.put_off(version=version, day=day, waiting=standing, at=at)
    result.paused += len(standing)
    marks.settle(version=version, day=day, still={fact.key for fact in waiting} | keys, at=at)
    return True


def _known(version: RuleVersion, keys: Sequence[str]) -> set[str]:
    """Facts that have their card, from whatever rule or hand, or their signal from this rule."""
    if not keys:
        return set()
    carded = Card.objects.filter(fact_key__in=keys).values_list("fact_key", flat=True)
    signalled = Signal.objects.filter(rule_id=version.rule_id, fact_key__in=keys)
    return {*carded, *signalled.values_list("fact_key", flat=True)}


def _handle(version: RuleVersion, day: date, facts: Sequence[Fact], *, at: datetime, result: WatchResult) -> bool:
    """One batch in one transaction; on any error its halves, down to the poison fact. False: the rule is held."""
    try:
        with transaction.atomic():
            raised = _raise(version, facts, at=at)
    except Exception as error:
        if len(facts) == 1:
            _park_fact(version, day, facts[0], error, at=at, result=result)
            return True
        middle = len(facts) // 2
        halves = (facts[:middle], facts[middle:])
        return all(_handle(version, day, half, at=at, result=result) for half in halves)
    if raised is None:
        result.held += 1
        return False
    if version.colour == Colour.SIGNAL:
        result.signals += raised
    else:
        result.cards += raised
    return True


def _raise(version: RuleVersion, facts: Sequence[Fact], *, at: datetime) -> int | None:
    """Lock the rules of the source, re-check, write. None where another watch holds one of them."""
    same = SuperviseRule.objects.filter(source=version.rule.source).order_by("pk")
    if len(same.select_for_update(skip_locked=True)) < same.count():
        return None
    now = RuleVersion.objects.select_related("rule").get(pk=version.pk)
    if now.status == VersionStatus.OFF:
        return 0
    known = _known(now, [fact.key for fact in facts])
    fresh = [fact for fact in facts if fact.key not in known and applies(now, fact)]
    write = raise_signal if now.colour == Colour.SIGNAL else raise_card
    for fact in sorted(fresh, key=lambda fact: (fact.occurred_at, fact.key)):
        write(fact, version=now, at=at)
    return len(fresh)


def _park_fact(
    version: RuleVersion, day: date, fact: Fact, error: Exception, *, at: datetime, result: WatchResult
) -> None:
    said = error.sentence if isinstance(error, Refused) else type(error).__name__
    marks.park_fact(version=version, day=day, fact=fact, said=said, at=at)
    result.parked.append(fact.key)
    logger.error("watch parked a fact: rule=%s fact=%s error=%s", version.rule.code, fact.key, type(error).__name__)


def review_grounds(*, at: datetime, batch: int = 500) -> int:
    """Withdraw standing cards whose fact its source no longer holds for true. Returns how many."""
    days = parameters.whole_number(GROUND_DAYS, center=None, on=timezone.localdate(at))
    recent = Card.objects.standing().exclude(source="").filter(raised_at__gte=at - timedelta(days=days))
    withdrawn = 0
    for code in recent.order_by("source").values_list("source", flat=True).distinct():
        if not sources.known(code):
            continue  # nobody can say that the ground is gone
        ids = list(recent.filter(source=code).values_list("pk", flat=True))
        try:
            withdrawn += _review(code, ids, at=at, batch=batch)
        except Exception as error:  # one broken source keeps no other card up
            logger.error("review of grounds failed: source=%s error=%s", code, type(error).__name__)
    ledger.beat("supervision.grounds", at)
    return withdrawn


def _review(code: str, ids: Sequence[UUID], *, at: datetime, batch: int) -> int:
    withdrawn = 0
    for start in range(0, len(ids), batch):
        some = list(Card.objects.filter(pk__in=ids[start : start + batch]))
        holding = sources.source_of(code).standing([card.fact_key for card in some])
        for card in some:
            if card.fact_key not in holding:
                withdrawn += _withdraw(card, at=at)
    return withdrawn


def _withdraw(card: Card, *, at: datetime) -> int:
    try:
        cards.withdraw(card, at=at)
    except Refused:
        return 0  # somebody decided in between
    return 1
