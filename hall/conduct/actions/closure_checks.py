"""Checks of closing times: draw a month of a department by a recorded seed, look at each, say what was found."""

import hashlib
import math
import random
import secrets
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.conduct import parameters, rules
from hall.conduct.enums import CheckVerdict
from hall.conduct.models import ClosureItem, ClosureSample
from hall.facts import sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import Period, parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.ledger import actions as ledger
from hall.organisation.models import Department
from hall.supervision.actions.raising import Subject, raise_by_hand
from hall.supervision.enums import Colour
from hall.supervision.impersonal import checked
from hall.supervision.models import Card

CARD_BASIS = "本级政务服务中心办结时间查验制度"
SOURCE = "cases.closed"


def population(department: Department, period: Period) -> list[Fact]:
    """Everything the department closed in the period, by key; nothing while no room announces closings."""
    if not sources.known(SOURCE):
        return []
    part = Slice(period, frozenset({department.center_id}), department=department.pk)
    return sorted(sources.source_of(SOURCE).find(part), key=lambda fact: fact.key)


def digest(keys: Iterable[str]) -> str:
    """What the list of keys is recognised by."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def draw(keys: Sequence[str], percent: int, seed: str) -> list[str]:
    """The share of the keys, rounded up and at least one, by the seed: the same again for the same keys."""
    count = math.ceil(len(keys) * percent / 100)
    return sorted(random.Random(seed).sample(sorted(keys), count))  # noqa: S311 - repeatable on purpose


def repeated(sample: ClosureSample) -> bool | None:
    """Whether drawing again gives the same cases; None where the month holds other closings by now."""
    keys = [fact.key for fact in population(sample.department, parse(sample.period))]
    if digest(keys) != sample.population_digest:
        return None
    return draw(keys, sample.percent, sample.seed) == sorted(sample.items.values_list("fact_key", flat=True))


@transaction.atomic
def take(*, department: Department, period: Period, by: User, at: datetime, seed: str = "") -> ClosureSample:
    """Draw the sample of a past period. Raises NotPermitted, and Refused where there is nothing to draw."""
    if not (has_right(by, "supervision.check") and rules.in_center(by, department.center_id)):
        raise NotPermitted("只能抽查您督查的中心。")
    if period.last >= timezone.localdate(at):
        raise Refused("这个月还没有过完，下个月再抽。", field="period")
    # One draw a month: two supervisors at once wait for each other.
    Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    if ClosureSample.objects.filter(department=department, period=period.code).exists():
        raise Refused("这个部门这个月已经抽过，不能重抽。", field="period")
    facts = population(department, period)
    if not facts:
        raise Refused(f"{department.name}在{period.label}没有办结的办件，没有可抽的。", field="department")
    sample = _sample(department, period, facts, seed or secrets.token_hex(8), by=by, at=at)
    data = {"sample": str(sample.pk), "period": period.code, "of": len(facts), "percent": sample.percent}
    code = department.center.code
    ledger.append(docket="", kind="check.drawn", center_code=code, actor=by, occurred_at=at, data=data)
    return sample


def _sample(
    department: Department, period: Period, facts: list[Fact], seed: str, *, by: User, at: datetime
) -> ClosureSample:
    center = department.center
    percent = parameters.number(parameters.SAMPLE_PERCENT, center=center, at=at)
    span = timedelta(minutes=parameters.number(parameters.NEIGHBOUR_MINUTES, center=center, at=at))
    by_key = {fact.key: fact for fact in facts}
    sample = ClosureSample.objects.create(
        center=center, department=department, period=period.code, percent=percent, seed=seed, population=len(facts),
        population_digest=digest(by_key), drawn_at=at, drawn_by=by,
    )  # fmt: skip
    crowd = neighbours(facts, span)
    ClosureItem.objects.bulk_create(_item(sample, by_key[key], crowd[key]) for key in draw(list(by_key), percent, seed))
    return sample


def _item(sample: ClosureSample, fact: Fact, beside: int) -> ClosureItem:
    return ClosureItem(
        sample=sample, fact_key=fact.key, docket=fact.docket, text=fact.text[:300], closed_at=fact.occurred_at,
        recorded_at=fact.recorded_at or fact.occurred_at, staff_id=fact.staff, neighbours=beside,
    )  # fmt: skip


def neighbours(facts: Iterable[Fact], span: timedelta) -> dict[str, int]:
    """How many others the same hand wrote down as closed within `span` before or after, by key."""
    by_staff: dict[int | None, list[tuple[datetime, str]]] = defaultdict(list)
    for fact in facts:
        by_staff[fact.staff].append((fact.recorded_at or fact.occurred_at, fact.key))
    found = {}
    for staff, written in by_staff.items():
        moments = sorted(moment for moment, _ in written)
        for moment, key in written:
            near = bisect_right(moments, moment + span) - bisect_left(moments, moment - span) - 1
            found[key] = near if staff is not None else 0
    return found


@transaction.atomic
def judge(*, item: ClosureItem, verdict: str, reason: str, by: User, at: datetime) -> ClosureItem:
    """Say what a look at the case found; a verdict is given once. Raises NotPermitted, Refused."""
    row = _locked(item.pk)
    if not (has_right(by, "supervision.check") and rules.in_center(by, row.sample.center_id)):
        raise NotPermitted("查验办结时间需要“抽查办结时间”的权限。")
    if rules.is_person(by, row.staff_id):
        raise NotPermitted("不能查验自己经办的办件。")
    if row.verdict:
        raise Refused(f"这一件已查验：{CheckVerdict(row.verdict).label}。")
    if not reason.strip():
        raise Refused("请写明依据：看了什么材料、系统记录或监控。", field="reason")
    row.verdict, row.reason = CheckVerdict(verdict), checked(reason.strip(), "reason")
    row.checked_at, row.checked_by = at, by
    row.save(update_fields=["verdict", "reason", "checked_at", "checked_by"])
    data = {"item": str(row.pk), "verdict": verdict}
    code = row.sample.center.code
    # Not on the case's own timeline: whose closing is doubted learns it by the card, with the way to object.
    ledger.append(docket="", kind="check.judged", center_code=code, actor=by, occurred_at=at, data=data)
    return row


def _locked(pk: UUID) -> ClosureItem:
    rows = ClosureItem.objects.select_related("sample__center", "sample__department", "staff")
    return rows.select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic
def raise_card(*, item: ClosureItem, by: User, at: datetime) -> Card:
    """A yellow card on a closing found to be backdated or made in a heap; one case gets at most one.

    Raises Refused for any other verdict or where the card exists, NotPermitted without the right to raise cards.
    """
    row = _locked(item.pk)
    if row.verdict not in (CheckVerdict.BACKDATED, CheckVerdict.BATCHED):
        raise Refused("只有查验为“倒签”或“批量办结”的才能发牌。")
    verdict = CheckVerdict(row.verdict).label
    return raise_by_hand(
        colour=Colour.YELLOW, subject=Subject(row.sample.center, row.sample.department, staff=row.staff),
        reason=f"办结时间查验认定“{verdict}”：{row.reason}", basis=CARD_BASIS, happened_at=row.recorded_at, by=by,
        at=at, fact_key=f"check.judged:{row.pk}", docket=row.docket,
        fact_url=reverse("conduct:check_item", kwargs={"pk": row.pk}),
    )  # fmt: skip
