"""What pages show: every list starts from what the person may see, in the order people look for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.facts.periods import PeriodKind, holding
from hall.organisation.models import Department, Staff
from hall.supervision.enums import CardState, VersionStatus
from hall.supervision.models import (
    AccountabilityRecord,
    Card,
    RuleVersion,
    Signal,
    SuperviseRule,
    Trial,
    TrialLine,
)
from hall.supervision.models.card import CardQuerySet
from hall.supervision.rules import home_of


def _own(user: User) -> Q:
    """About the person, or about a department the person represents."""
    if user.staff_id is None:
        return Q(pk__in=())
    return Q(staff_id=user.staff_id) | Q(department__chief_representative_id=user.staff_id)


def cards_visible_to(user: User) -> CardQuerySet:
    """Watchers see their centers, a chief representative the department, everybody their own."""
    mine = _own(user) | Q(chief_id=user.staff_id) if user.staff_id else _own(user)
    if has_right(user, "supervision.view"):
        return Card.objects.filter(mine | Q(center__in=centers_of(user)))
    return Card.objects.filter(mine) if has_right(user, "supervision.answer") else Card.objects.none()


def own_cards(user: User) -> CardQuerySet:
    """Those the person or the person's department has to answer."""
    mine = _own(user) | Q(chief_id=user.staff_id) if user.staff_id else _own(user)
    return Card.objects.filter(mine)


def signals_visible_to(user: User) -> QuerySet[Signal]:
    """The same for reminders."""
    seen = _own(user)
    if has_right(user, "supervision.view"):
        seen |= Q(center__in=centers_of(user))
    return Signal.objects.filter(seen)


def for_rows(cards: CardQuerySet) -> CardQuerySet:
    """With what a row shows, in one query."""
    return cards.select_related("rule", "department", "staff", "center").order_by("-raised_at", "-pk")


def records_visible_to(user: User) -> QuerySet[AccountabilityRecord]:
    """Restricted: those with the right, in their centers, and the person concerned."""
    seen = Q(staff_id=user.staff_id) if user.staff_id else Q(pk__in=())
    if has_right(user, "accountability.view"):
        seen |= Q(center__in=centers_of(user))
    return AccountabilityRecord.objects.filter(seen)


def versions_visible_to(user: User) -> QuerySet[RuleVersion]:
    """Templates, those that hold everywhere, those of one's centers, and those above that govern one's own."""
    seen = Q(center__isnull=True) | Q(center__in=centers_of(user)) | Q(center__in=_above(user))
    return RuleVersion.objects.filter(seen)


def _above(user: User) -> list[int]:
    """The centers over the person's own: four levels, so three steps."""
    chain: list[int] = []
    center = user.staff.center if user.staff else None
    while center is not None and center.parent_id is not None and len(chain) < 3:
        center = center.parent
        if center is not None:
            chain.append(center.pk)
    return chain


@dataclass
class RuleLine:
    """A row of the list of rules."""

    rule: SuperviseRule
    on: list[RuleVersion]
    draft: RuleVersion | None
    template: RuleVersion | None
    cards: int


def rule_lines(user: User) -> list[RuleLine]:
    """Every rule with what is on, the draft of one's own center, and its standing cards."""
    by_rule: dict[int, list[RuleVersion]] = {}
    for version in versions_visible_to(user).select_related("center").order_by("number"):
        by_rule.setdefault(version.rule_id, []).append(version)
    standing = cards_visible_to(user).standing().values("rule_id").annotate(n=Count("pk")).order_by()
    counted = {line["rule_id"]: line["n"] for line in standing}
    return [_rule_line(rule, by_rule.get(rule.pk, []), user, counted) for rule in SuperviseRule.objects.all()]


def _rule_line(rule: SuperviseRule, versions: list[RuleVersion], user: User, counted: dict[int, int]) -> RuleLine:
    home = home_of(user)
    drafts = (v for v in versions if v.status == VersionStatus.DRAFT and v.center_id == home)
    return RuleLine(
        rule=rule,
        on=[v for v in versions if v.status == VersionStatus.ON],
        draft=next(drafts, None),
        template=next((v for v in versions if v.status == VersionStatus.TEMPLATE), None),
        cards=counted.get(rule.pk, 0),
    )


def trials_visible_to(user: User) -> QuerySet[Trial]:
    """Trials of one's own centers, by whomever."""
    seen = Q(tried_by=user) | Q(center__in=centers_of(user))
    return Trial.objects.filter(seen).select_related("tried_by__staff").order_by("-tried_at", "-pk")


def lines_of(trial: Trial) -> list[TrialLine]:
    """What each version would have raised."""
    return list(trial.lines.select_related("version__rule", "trial").order_by("version__rule__position", "pk"))


def named(counts: Iterable[tuple[int, int]], model: type[Department] | type[Staff]) -> list[tuple[Any, int]]:
    """Ids with counts as rows with counts, the largest first."""
    numbers = dict(counts)
    rows: list[Any] = list(model._default_manager.filter(pk__in=numbers))
    return sorted(((row, numbers[row.pk]) for row in rows), key=lambda pair: (-pair[1], pair[0].pk))


@dataclass(frozen=True)
class Desk:
    """The numbers of the desk, each of which opens its list."""

    awaiting: int
    late: int
    answered: int
    appealing: int
    yellow: int
    red: int
    taken_back: int
    signals_today: int
    month: str


def desk(user: User, at: datetime) -> Desk:
    """Counted in two queries over what the person may see."""
    today = timezone.localdate(at)
    month = holding(PeriodKind.MONTH, today)
    this_month = Q(raised_at__gte=month.start, raised_at__lt=month.end)
    awaiting = Q(state=CardState.AWAITING)
    counted = cards_visible_to(user).aggregate(
        awaiting=Count("pk", filter=awaiting),
        late=Count("pk", filter=awaiting & Q(late_at__lte=at)),
        answered=Count("pk", filter=Q(state=CardState.ANSWERED)),
        appealing=Count("pk", filter=Q(state=CardState.APPEALING)),
        yellow=Count("pk", filter=this_month & Q(colour="yellow", withdrawn_at__isnull=True)),
        red=Count("pk", filter=this_month & Q(colour="red", withdrawn_at__isnull=True)),
        taken_back=Count("pk", filter=this_month & Q(withdrawn_at__isnull=False)),
    )
    signals = signals_visible_to(user).filter(raised_at__gte=holding(PeriodKind.DAY, today).start).count()
    return Desk(signals_today=signals, month=month.code, **counted)


def parked_rules(user: User) -> list[RuleVersion]:
    """Versions the watch could not read: nobody should believe that silence means good work."""
    ill = versions_visible_to(user).exclude(parked_error="").filter(status=VersionStatus.ON)
    return list(ill.select_related("rule"))


def remaining(due: date, today: date, working_days: int) -> str:
    """How long there is still time, in words."""
    if today > due:
        return "已过期限"
    return "今天截止" if today == due else f"还有 {working_days} 个工作日"
