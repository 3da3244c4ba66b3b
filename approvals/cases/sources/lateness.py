"""Lateness as the sweep established it: one fact a docket, clock, level and moment, while its flag stands (law 9).

A flag carried over to a new version of its deadline is the same fact; the first row speaks for all, and all are
withdrawn together. Imported cases are never held against anybody here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from approvals.cases.clock import ClockKind, Level, day_text
from approvals.cases.models import ClockRow, Flag
from approvals.cases.sources.rows import OF_CASE
from approvals.cases.sources.shared import by_law, fact_of, needed, promised, said
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import EVERYTHING, Fact, QuerySource

Rows = QuerySet[Flag]
# The limit that is late, and whether it stands still now.
_ANY_STOPPED: Final = Q(stopped=True) | Q(statute_stopped=True)


def _clock() -> QuerySet[ClockRow]:
    return ClockRow.objects.filter(case=OuterRef("case"), clock=OuterRef("clock"), subject=OuterRef("subject"))


def standing_flags(level: Level, *clocks: ClockKind, stopped: Q | None = _ANY_STOPPED) -> Rows:
    """Flags of a level that stand, each with the present day of its clock and whether that stands still."""
    rows = Flag.objects.filter(level=level, withdrawn_at__isnull=True, carried=False, case__imported=False)
    rows = rows.filter(clock__in=clocks) if clocks else rows
    paused = _clock().filter(ended_on__isnull=True)
    return rows.select_related(*needed()).annotate(
        due=Subquery(_clock().values("due")[:1], output_field=DateField()),
        label=Subquery(_clock().values("label")[:1]),
        still=Exists(paused.filter(stopped)) if stopped is not None else Exists(paused.none()),
    )


def mark(flag: Any) -> str:
    """What a fact is known by: docket, clock, subject, level and the true moment."""
    return f"{flag.case.docket}|{flag.clock}|{flag.subject}|{flag.level}|{timezone.localtime(flag.true_at).isoformat()}"


@dataclass(frozen=True)
class FlagSource(QuerySource):
    """A source over flags; its keys hold over every version of a deadline."""

    def standing(self, keys: Iterable[str]) -> set[str]:
        """Those whose flag was not withdrawn."""
        asked = set(keys)
        dockets = {key.removeprefix(f"{self.code}:").split("|")[0] for key in asked}
        rows = self.rows(EVERYTHING).filter(case__docket__in=dockets)
        return asked & {f"{self.code}:{mark(flag)}" for flag in rows}


def _source(
    code: str,
    label: str,
    definition: str,
    rows: Callable[[], Rows],
    text: Callable[[Any], str],
) -> FlagSource:
    def fact(flag: Any) -> Fact:
        return fact_of(
            flag.case, f"{code}:{mark(flag)}", flag.true_at, text(flag), paused=flag.still, recorded=flag.recorded_at
        )

    def found(_: Slice) -> Rows:
        return rows()

    return FlagSource(
        code=code, label=label, definition=definition, rows=found, fact=fact, when="true_at", recorded="recorded_at",
        where=OF_CASE,
    )  # fmt: skip


def _due(flag: Any) -> str:
    return day_text(flag.due) if flag.due else said(flag.true_at)


_WORDS: Final = {ClockKind.NOTICE: "告知", ClockKind.DECISION: "决定", ClockKind.DELIVERY: "送达"}


def _soon(flag: Any) -> str:
    return f"的{_WORDS[ClockKind(flag.clock)]}期限 {_due(flag)}到期，已经临期。"


def _over_statute(flag: Any) -> str:
    if flag.clock == ClockKind.NOTICE:
        return f"自 {said(flag.true_at)}起超过法定告知期限，没有告知是否受理或要补什么。"
    return f"自 {said(flag.true_at)}起超过法定期限，还没有作出决定{by_law(flag.case)}。"


def _steps_alone() -> Rows:
    """Steps that were late at a moment when the whole was not: what came later does not change that."""
    whole = Flag.objects.filter(
        case=OuterRef("case"), clock=ClockKind.DECISION, withdrawn_at__isnull=True, true_at__lte=OuterRef("true_at"),
        level__in=(Level.OVER_PROMISE, Level.OVER_STATUTE),
    )  # fmt: skip
    return standing_flags(Level.OVER_PROMISE, ClockKind.STEP).exclude(Exists(whole))


LATENESS: Final[Sequence[FlagSource]] = (
    _source(
        "cases.due_soon",
        "临期",
        "告知、决定或送达期限进入临期（剩余不足参数所定的工作日或比例），期限没有改到以后。不含环节和补齐期限，不含存量导入。",
        lambda: standing_flags(Level.DUE_SOON, ClockKind.NOTICE, ClockKind.DECISION, ClockKind.DELIVERY),
        _soon,
    ),
    _source(
        "cases.over_promise",
        "超承诺",
        "承诺办理期限届满的次日零时还没有作出决定，停表的日子不计。不含存量导入。",
        lambda: standing_flags(Level.OVER_PROMISE, ClockKind.DECISION),
        lambda flag: f"自 {said(flag.true_at)}起超过承诺期限，还没有作出决定{promised(flag.case)}。",
    ),
    _source(
        "cases.over_statute",
        "超法定",
        "法定办理期限或法定告知期限届满的次日零时还没有作出决定或告知，依法停表的日子不计。"
        "告知逾期即视为受理的另计，送达逾期另计。不含存量导入。",
        lambda: standing_flags(
            Level.OVER_STATUTE, ClockKind.DECISION, ClockKind.NOTICE, stopped=Q(statute_stopped=True)
        ),
        _over_statute,
    ),
    _source(
        "cases.step_late",
        "环节超时、总期未超",
        "某一环节超过事项所列的环节时限，而那时整件没有超承诺、没有超法定。不含存量导入。",
        _steps_alone,
        lambda flag: f"的“{flag.label or '环节'}”环节自 {said(flag.true_at)}起超过环节时限，整件还没有超期。",
    ),
    _source(
        "cases.deemed_accepted",
        "视为受理",
        "收件后在法定期限内没有一次性告知，依法自收件之日起视为受理，且没有被更正。不含存量导入。",
        lambda: standing_flags(Level.DEEMED_ACCEPTED).filter(case__deemed_accepted=True),
        lambda flag: f"{said(flag.case.received_at)}收件，期限内没有一次性告知，自收件之日起视为受理。",
    ),
    _source(
        "cases.late_delivery",
        "逾期送达",
        "准予决定作出后，超过法定送达期限还没有送达。不含存量导入。",
        lambda: standing_flags(Level.OVER_STATUTE, ClockKind.DELIVERY, stopped=None),
        lambda flag: f"已经准予，自 {said(flag.true_at)}起超过法定送达期限，还没有送达。",
    ),
    # It speaks of the pause itself, which by nature is still open: it is never held back for standing still.
    _source(
        "cases.pause_overrun",
        "停表超过告知时间",
        "特别程序用的时间超过书面告知申请人的工作日数，还没有恢复计时。不含存量导入。",
        lambda: standing_flags(Level.PAUSE_OVERRUN, ClockKind.DECISION, stopped=None),
        lambda flag: f"的特别程序自 {said(flag.true_at)}起超过书面告知的时间，还没有恢复计时。",
    ),
)


def announce() -> None:
    """Fill the registry; again replaces."""
    for source in LATENESS:
        sources.register(source)


__all__ = ["LATENESS", "FlagSource", "announce", "mark", "standing_flags"]
