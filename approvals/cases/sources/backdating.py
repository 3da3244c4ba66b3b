"""Deeds written down long after they are said to have happened: the two times of the ledger compared (law 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.db.models.lookups import GreaterThan

from approvals.cases.models import Case
from approvals.cases.sources.rows import WHERE
from approvals.cases.sources.shared import fact_of, needed, said
from hall.facts import sources
from hall.facts.slices import Slice
from hall.facts.sources import Fact, Option, QuerySource
from hall.ledger import kinds
from hall.ledger.models import DELAY, WRITTEN_LATE, Event

# What ends a case; mass closings are looked for among the same.
CLOSINGS: Final = (
    "case.deliver", "case.tell_not_required", "case.refuse", "case.withdraw", "case.end_unsupplemented",
    "case.confirm_return",
)  # fmt: skip
# With what begins and decides it: the deeds whose time says whether the case was in time.
DEEDS: Final = ("case.register", "case.grant", "case.deny", *CLOSINGS)
HOURS: Final = Option("hours", "晚记超过", 24, "小时", least=1, most=720)


def asked(part: Slice, option: Option) -> int:
    """The threshold of the asking rule, or the default, within its bounds."""
    return min(option.most, max(option.least, int(part.options.get(option.name, option.default))))


def late_deeds(part: Slice) -> QuerySet[Event]:
    """Events of deeds recorded more than the hours asked for after they happened. WRITTEN_LATE names the index."""
    longer = Q(GreaterThan(DELAY, timedelta(hours=asked(part, HOURS))))
    return Event.objects.filter(WRITTEN_LATE, longer, kind__in=DEEDS).select_related("actor")


def fact(event: Event, case: Case) -> Fact:
    """Whose deed, of which case, and how late it was written down."""
    hours = int((event.recorded_at - event.occurred_at).total_seconds() // 3600)
    return fact_of(
        case,
        f"cases.backdated:{event.pk}",
        event.occurred_at,
        f"的“{kinds.label_of(event.kind)}”记在 {said(event.occurred_at)}，"
        f"{said(event.recorded_at)}才录入，晚 {hours} 小时。",
        staff=event.actor.staff_id if event.actor else None,
        recorded=event.recorded_at,
    )


@dataclass(frozen=True)
class BackdatedSource(QuerySource):
    """Events placed by their case, for the ledger knows only its number."""

    def _rows(self, part: Slice) -> QuerySet[Any]:
        place: dict[str, Any] = {}
        wanted = {"department": part.department, "window": part.window, "item": part.item}
        place |= {WHERE[name]: value for name, value in wanted.items() if value is not None}
        if part.centers is not None:
            place["center__in"] = part.centers
        here = Case.objects.filter(imported=False, **place).values("docket")
        within = super()._rows(part.but(centers=None, department=None, window=None, item=None))
        # Nothing is recorded before it happens, so the index serves either moment.
        return within.filter(docket__in=here, recorded_at__gte=part.period.start)

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        """The facts with their cases, in two queries."""
        ordered = self._rows(part).order_by("-occurred_at", "-pk")
        events = list(ordered[offset : None if limit is None else offset + limit])
        cases = Case.objects.filter(docket__in={event.docket for event in events}).select_related(*needed(""))
        by_docket = {case.docket: case for case in cases}
        return [fact(event, by_docket[event.docket]) for event in events]

    def standing(self, keys: Iterable[str]) -> set[str]:
        """The ledger forgets nothing, whatever threshold a rule asked with."""
        ids = {key.removeprefix(f"{self.code}:"): key for key in keys}
        known = Event.objects.filter(pk__in=[pk for pk in ids if pk.isascii() and pk.isdigit()], kind__in=DEEDS)
        return {ids[str(pk)] for pk in known.values_list("pk", flat=True)}


BACKDATED: Final = BackdatedSource(
    code="cases.backdated",
    label="补记办理时间",
    definition="收件、作出决定或办结的记载，录入时间比所记的办理时间晚超过所定小时数。以账上两个时间为准，不含存量导入。",
    rows=late_deeds,
    fact=lambda event: fact(event, Case.objects.select_related(*needed("")).get(docket=event.docket)),
    when="occurred_at",
    recorded="recorded_at",
    where={"staff": "actor__staff"},
    options=(HOURS,),
)


def announce() -> None:
    """Fill the registry; again replaces."""
    sources.register(BACKDATED)
