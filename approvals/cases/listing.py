"""Lists of cases: which, in what order, with which lamp. The lamp of a list is computed in SQL from the clock rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case as Choose
from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from approvals.cases.clock import LampKind
from approvals.cases.enums import BEFORE_ACCEPTANCE, CLOSED, DECIDED, OPEN
from approvals.cases.models import Case, ClockRow
from hall.access.models import User
from hall.organisation.queries import represented_keys

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


def base(user: User, preset: Preset, at: datetime) -> QuerySet[Case]:
    """The cases of a list before any filter. 我的办件 includes those of a colleague one stands in for (职位代理制)."""
    cases = Case.objects.visible_to(user).filter(state__in=preset.states)
    if preset.mine and user.staff is not None:
        # Their keys by value: given a subquery the planner would read the department's whole pile to find one's own.
        cases = cases.filter(handler__in=[user.staff.pk, *represented_keys(user.staff, at)])
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
    # Nothing runs any more: a case that is over has no lamp and is counted under none.
    none, unlit = Value(""), Value(-1)
    return cases.annotate(
        lamp=Coalesce(Gravest("word", at), none, output_field=CharField()),
        lamp_rank=Coalesce(Gravest("shown", at), unlit, output_field=IntegerField()),
    )


class Gravest(Expression):
    """What the gravest running clock of a case says at a moment: its `word`, or its rank as it is `shown`.

    Every page of every list says this several times. So its SQL, which is long, is put together once in the life of a
    process, and not by the object-relational mapper anew for each.
    """

    def __init__(self, column: str, at: datetime) -> None:
        super().__init__(output_field=CharField() if column == "word" else IntegerField())
        self.column, self.at = column, at
        self.case: Any = F("pk")  # until it is resolved

    def get_source_expressions(self) -> list[Any]:
        """The case it is asked of."""
        return [self.case]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Resolved: a column of the query it stands in."""
        (self.case,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """The subquery, for that case and that moment."""
        case, _ = compiler.compile(self.case)
        sql, params = _gravest(self.column)
        return sql.format(case=case), tuple(self.at if one == _SOME_MOMENT else one for one in params)


# They stand in the statement that is put together once, where the case and the moment of each will stand.
_SOME_CASE: Final = UUID(int=0)
_SOME_MOMENT: Final = datetime.min.replace(tzinfo=UTC)


@cache
def _gravest(column: str) -> tuple[str, tuple[Any, ...]]:
    """The subquery with `{case}` for the column of the case, and what fills its places."""
    at = _SOME_MOMENT
    words = Choose(*(When(sign, then=Value(kind.value)) for kind, sign in signs(at).items()), output_field=CharField())
    running = ClockRow.objects.filter(case=_SOME_CASE, ended_on__isnull=True)
    found = running.annotate(shown=_rank(at), word=words).order_by("-shown").values(column)[:1]
    sql, params = found.query.sql_with_params()
    first, *rest = sql.split("%s")
    named = zip(params, rest, strict=True)
    text = first + "".join(("{case}" if value == _SOME_CASE else "%s") + part for value, part in named)
    return f"({text})", tuple(value for value in params if value != _SOME_CASE)


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
