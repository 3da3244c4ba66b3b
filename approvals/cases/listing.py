"""Lists of cases: which, in what order, with which lamp. The lamp of a list is computed in SQL from the clock rows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db.models import Case as Choose
from django.db.models import CharField, Count, Exists, F, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from approvals.cases import clock
from approvals.cases.clock import Lamp, LampKind
from approvals.cases.enums import BEFORE_ACCEPTANCE, CLOSED, DECIDED, OPEN, PartyRole
from approvals.cases.models import Case, ClockRow, Handover, Party
from approvals.cases.models.procedure import PENDING_HANDOVER
from hall.access.models import User
from hall.exports.tables import Column
from hall.organisation.queries import represented_by
from hall.privacy import masks
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

# The words of a lamp and the class that gives it shape and colour (tokens.css).
LAMP_CSS: Final[Mapping[LampKind, str]] = {
    LampKind.NORMAL: "ok",
    LampKind.PAUSED: "hold",
    LampKind.DUE_SOON: "warn",
    LampKind.OVER_PROMISE: "late",
    LampKind.OVER_STATUTE: "breach",
}
LAMP_LABELS: Final[Mapping[LampKind, str]] = {
    LampKind.OVER_STATUTE: "超法定",
    LampKind.OVER_PROMISE: "超承诺",
    LampKind.DUE_SOON: "临期",
    LampKind.PAUSED: "停表",
    LampKind.NORMAL: "正常",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """One list of the rail: its name, the state it shows, and the sentence for when it is empty."""

    name: str
    title: str
    states: Sequence[str]
    empty: str
    mine: bool = False


PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("worklist", "我的办件", OPEN, "您手上没有在办的办件。", mine=True),
        Preset("all", "全部办件", (*OPEN, *CLOSED), "没有符合条件的办件。"),
        Preset("notices", "一次性告知", BEFORE_ACCEPTANCE, "没有待受理或待补正的办件。"),
        Preset("deliveries", "送达", DECIDED, "没有等待送达的办件。"),
    )
}
SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "urgency": ("-lamp_rank", "next_due", "docket"),
    "due": ("next_due", "docket"),
    "received": ("-received_at", "-docket"),
    "docket": ("docket",),
    "item": ("version_filed__item__pinyin", "docket"),
}
COLUMNS: Final = (
    Column("docket", "办件编号"), Column("item", "事项"), Column("applicant", "申请人"), Column("center", "中心"),
    Column("department", "部门"), Column("state", "环节"), Column("lamp", "信号"), Column("due", "到期", "date"),
    Column("received", "收件", "datetime"), Column("channel", "渠道"), Column("handler", "经办"),
    Column("offered", "待接收"),
)  # fmt: skip


def base(user: User, preset: Preset, at: datetime) -> QuerySet[Case]:
    """The cases of a list before any filter. 我的办件 includes those of a colleague one stands in for (职位代理制)."""
    cases = Case.objects.visible_to(user).filter(state__in=preset.states)
    if preset.mine and user.staff is not None:
        # Their keys by value: given a subquery the planner would read the department's whole pile to find one's own.
        absent = represented_by(user.staff, at).values_list("pk", flat=True)
        cases = cases.filter(handler__in=[user.staff.pk, *absent])
    return cases


def signs(at: datetime) -> dict[LampKind, Q]:
    """What a running clock must say for each lamp, the gravest first: a case shows the first that one of its says."""
    # A ground without law stops the promise only: what may still be broken, the statute, is warned of.
    goes = Q(stopped=False) | Q(statute_stopped=False, statute_due__isnull=False)
    return {
        LampKind.OVER_STATUTE: Q(statute_late_from__lte=at),
        LampKind.OVER_PROMISE: Q(stopped=False, late_from__lte=at),
        LampKind.DUE_SOON: goes & Q(warn_from__lte=at),
        LampKind.PAUSED: Q(stopped=True),
        LampKind.NORMAL: Q(case__isnull=False),
    }


def _running() -> QuerySet[ClockRow]:
    return ClockRow.objects.filter(case=OuterRef("pk"), ended_on__isnull=True)


def with_lamp(cases: QuerySet[Case], at: datetime) -> QuerySet[Case]:
    """Annotate `lamp` with the gravest lamp at `at`, as clock.lamp would say it, from the cached rows alone.

    The running clocks of a case are looked at once: each shows its own gravest lamp, and the gravest of those counts.
    """
    words = Choose(*(When(sign, then=Value(kind.value)) for kind, sign in signs(at).items()), output_field=CharField())
    gravest = _running().annotate(shown=_rank(at), word=words).order_by("-shown")
    # Nothing runs any more: a case that is over has no lamp and is counted under none.
    none, unlit = Value(""), Value(-1)
    return cases.annotate(
        lamp=Coalesce(Subquery(gravest.values("word")[:1]), none),
        lamp_rank=Coalesce(Subquery(gravest.values("shown")[:1]), unlit),
    )


def _rank(at: datetime) -> Choose:
    """How grave the lamp of one running clock is: its place in LampKind, from calm to grave."""
    places = {kind: place for place, kind in enumerate(LampKind)}
    return Choose(*(When(sign, then=Value(places[kind])) for kind, sign in signs(at).items()))


def showing(cases: QuerySet[Case], lamps: Collection[str], at: datetime) -> QuerySet[Case]:
    """The cases whose lamp is one of these: what `with_lamp` and a filter would find, without a lamp for every case."""
    found, own, graver = Q(), Q(), Q()
    for kind, sign in signs(at).items():
        if kind.value in lamps:
            own |= sign
            continue
        found |= _lit(own, graver)
        own, graver = Q(), graver | own | sign
    return cases.filter(found | _lit(own, graver))


def _lit(own: Q, graver: Q) -> Q:
    """A running clock says one of the signs, and none says a graver one; nothing where there is no sign."""
    if not own:
        return Q()
    # The clock that says it says nothing graver itself: few do, so those few are where the search begins.
    alone = own & ~graver if graver else own
    lit = Q(pk__in=ClockRow.objects.filter(alone, ended_on__isnull=True).values("case"))
    return lit & ~Q(Exists(_running().filter(graver))) if graver else lit


def under(cases: QuerySet[Case], lamp: str) -> QuerySet[Case]:
    """Cases already annotated by `with_lamp` that show this lamp."""
    return cases.filter(lamp=lamp)  # type: ignore[misc] # an annotation the plugin cannot see


def counts(cases: QuerySet[Case], at: datetime) -> dict[str, int]:
    """How many cases stand under each lamp, in one query."""
    ranked = with_lamp(cases, at).order_by()
    rows = ranked.values("lamp").annotate(n=Count("pk"))  # type: ignore[misc] # likewise
    return {row["lamp"]: row["n"] for row in rows}


def ordered(cases: QuerySet[Case], sort: str) -> QuerySet[Case]:
    """Cases annotated by `with_lamp`, sorted as asked, by docket last so that pages do not overlap."""
    cases = cases.annotate(next_due=Subquery(_running().order_by("due").values("due")[:1]))
    return cases.order_by(
        *(F(name).asc(nulls_last=True) if name == "next_due" else name for name in SORTS.get(sort, SORTS["urgency"]))
    )


def for_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a row shows, in a fixed number of queries."""
    return _named(cases).prefetch_related(
        Prefetch("clocks", ClockRow.objects.filter(ended_on__isnull=True), to_attr="running_clocks"),
        Prefetch(
            "handovers",
            Handover.objects.filter(PENDING_HANDOVER).select_related("to_staff"),
            to_attr="waiting_handovers",
        ),
        Prefetch("parties", Party.objects.filter(role=PartyRole.APPLICANT), to_attr="applicants"),
    )


# Of what a case points at a row shows the name, and counts days where its center lies.
_SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "version_filed": frozenset({"id", "name"}),
    "handler": frozenset({"id", "name"}),
    "center": frozenset({"id", "name", "region"}),
    "department": frozenset({"id", "name"}),
}


def _named(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With the names of what they point at, and without the eighty columns beside those names."""
    return cases.select_related(*_SHOWN).defer(*_unshown())


def _pointed(pointer: str) -> type[Model]:
    model = Case._meta.get_field(pointer).related_model
    assert isinstance(model, type)  # noqa: S101 - the fields above are foreign keys
    return model


@cache
def _unshown() -> tuple[str, ...]:
    return tuple(
        f"{pointer}__{field.name}"
        for pointer, shown in _SHOWN.items()
        for field in _pointed(pointer)._meta.concrete_fields
        if field.name not in shown
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    case: Case
    lamp: Lamp | None
    css: str
    applicant: str
    due: Any
    offered_to: str = ""


def rows(cases: Sequence[Any], at: datetime) -> list[Row]:
    """Lines with masked names and lamps in words."""
    asked = cache(calendar_for)  # once per region, not once per row
    return [_row(case, asked(case.region_code), at) for case in cases]


def cells(cases: QuerySet[Case], at: datetime) -> Iterator[tuple[Any, ...]]:
    """The lines of a list as a file takes them, read a piece at a time."""
    asked = cache(calendar_for)
    for case in cases.iterator(chunk_size=500):
        row = _row(case, asked(case.region_code), at)
        yield (
            case.docket, case.version_filed.name, row.applicant, case.center.name, case.department.name,
            case.get_state_display(), row.lamp.text if row.lamp else "", row.due, case.received_at,
            case.get_channel_display(), case.handler.name, row.offered_to,
        )  # fmt: skip


def lamp_of(case: Any, at: datetime) -> Lamp | None:
    """The gravest lamp among the running clocks fetched with the case; of several as grave, the one due first."""
    shown = _shown(case, calendar_for(case.region_code), at)
    return shown[0] if shown else None


def _shown(case: Any, calendar: Calendar, at: datetime) -> tuple[Lamp, ClockRow] | None:
    """The lamp of a row and the clock it speaks of, so that the words and the date beside them are of one clock."""
    today = timezone.localdate(at)
    clocks = sorted(case.running_clocks, key=lambda row: row.due)
    lamps = [clock.lamp(row.as_deadline(), calendar, today=today, at=timezone.localtime(at)) for row in clocks]
    gravest = clock.gravest(lamps)
    return next(((lamp, row) for lamp, row in zip(lamps, clocks, strict=True) if lamp is gravest), None)


def _row(case: Any, calendar: Calendar, at: datetime) -> Row:
    shown = _shown(case, calendar, at)
    party = case.applicants[0] if case.applicants else None
    return Row(
        case=case,
        lamp=shown[0] if shown else None,
        css=LAMP_CSS[shown[0].kind] if shown else "off",
        applicant=masked_name(party) if party else "",
        due=shown[1].due if shown and not shown[1].stopped else None,
        offered_to=case.waiting_handovers[0].to_staff.name if case.waiting_handovers else "",
    )


def masked_name(party: Party) -> str:
    """The name as staff lists show it (law 13)."""
    return masks.mask_organisation(party.name) if party.kind == "organisation" else masks.mask_name(party.name)
