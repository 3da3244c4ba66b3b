"""What other rooms and pages ask about the organisation."""

from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from hall.organisation.enums import Level
from hall.organisation.models import (
    Absence,
    Center,
    Department,
    Installation,
    OpeningException,
    Post,
    Region,
    Staff,
)
from hall.organisation.opening import Timetable, timetable
from hall.prepared import A_KEY, A_MOMENT, PreparedQuery

_ABSENT: Final = PreparedQuery(
    "absent_now", lambda staff, at: _covering(staff, at).order_by().values_list("pk")[:1], A_KEY, A_MOMENT
)
_REPRESENTED: Final = PreparedQuery(
    "represented_now", lambda staff, at: represented_by(staff, at).values_list("pk"), A_KEY, A_MOMENT
)


def installation() -> Installation:
    """The row that describes this installation; an unsaved one with the defaults before the first start."""
    return Installation.objects.first() or Installation()


def subtree(center_id: int) -> QuerySet[Center]:
    """A center and all below it. Four levels and no more, so three steps up reach every ancestor."""
    return Center.objects.filter(
        Q(pk=center_id)
        | Q(parent_id=center_id)
        | Q(parent__parent_id=center_id)
        | Q(parent__parent__parent_id=center_id)
    )


def acting_staff(staff: Staff, at: datetime) -> Staff:
    """Who works for `staff` at that moment: the person, or the deputy the absence names (职位代理制).

    A deputy who is absent too hands on no further: the work comes back to the A holder, and the chief sees it.
    """
    absence = open_absence(staff, at)
    if absence is None or absence.acting is None or open_absence(absence.acting, at) is not None:
        return staff
    return absence.acting


def open_absence(staff: Staff, at: datetime) -> Absence | None:
    """The absence that covers the moment `at`, if any."""
    return _covering(staff, at).select_related("acting").first()


def is_absent(staff: Staff, at: datetime) -> bool:
    """Whether there is one: what the frame of every page asks."""
    return bool(_ABSENT.rows(staff.pk, at))


def represented_keys(staff: Staff, at: datetime) -> list[int]:
    """The keys of those `represented_by` names: what a worklist asks."""
    return [key for (key,) in _REPRESENTED.rows(staff.pk, at)]


def _covering(staff: Staff | int, at: datetime) -> QuerySet[Absence]:
    return Absence.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=at), staff=staff, from_at__lte=at)


def represented_by(staff: Staff | int, at: datetime) -> QuerySet[Staff]:
    """The people `staff` acts for at the moment `at`; their worklists join the deputy's own.

    Nobody, while the deputy is absent too: the mirror of `acting_staff`.
    """
    covering = Absence.objects.filter(from_at__lte=at).filter(Q(until_at__isnull=True) | Q(until_at__gt=at))
    represented = Staff.objects.filter(pk__in=covering.filter(acting=staff).values("staff_id"))
    return represented.exclude(Exists(covering.filter(staff=staff)))


def with_presence(people: QuerySet[Staff], at: datetime) -> QuerySet[Staff]:
    """The same people, each with `away`: whether an absence covers the moment `at`."""
    covering = Absence.objects.filter(staff=OuterRef("pk"), from_at__lte=at)
    return people.annotate(away=Exists(covering.filter(Q(until_at__isnull=True) | Q(until_at__gt=at))))


def deputy_of(staff: Staff, on: date | None = None) -> Staff | None:
    """The B holder of the post the person holds as A; nobody where that one has left before the day `on`."""
    post = Post.objects.filter(holder_a=staff).select_related("holder_b").first()
    deputy = post.holder_b if post else None
    gone = deputy is not None and on is not None and deputy.left_on is not None and deputy.left_on < on
    return None if gone else deputy


def timetable_of(center: Center) -> Timetable:
    """Opening hours of a center with its exceptions; prefetched rows are used where there are."""
    return timetable(center.opening_hours.all(), center.opening_exceptions.all())


def public_centers() -> QuerySet[Center]:
    """Centers a citizen may go to: neither closed nor mere place-holders."""
    return Center.objects.filter(stub=False, closed_on__isnull=True).prefetch_related(
        "opening_hours", "opening_exceptions"
    )


def region_named(code12: str) -> Region | None:
    """The region of a code from an address; None for nonsense."""
    return Region.objects.filter(pk=code12, stub=False).first() if code12.isdecimal() and len(code12) == 12 else None


def regions_below(region: Region | None) -> QuerySet[Region]:
    """The next level down; without a region the topmost ones that are known."""
    return Region.objects.filter(parent=region, stub=False).exclude(level=Level.VILLAGE)


def ancestors(region: Region | None) -> list[Region]:
    """From the topmost region down to this one, for the way back up."""
    chain: list[Region] = []
    while region is not None:
        chain.insert(0, region)
        region = region.parent
    return chain


def find_centers(*, q: str, region: Region | None) -> QuerySet[Center]:
    """By name, pinyin or initials everywhere; or those of a region and one level below it, its own first."""
    found = public_centers().select_related("region", "parent")
    if q:
        spelled = q.lower().replace(" ", "")
        named = Q(name__icontains=q) | Q(pinyin__contains=spelled) | Q(initials__contains=spelled)
        return found.filter(named).order_by("region_id", "center_no")
    if region is not None:
        return found.filter(Q(region=region) | Q(region__parent=region)).order_by("region_id", "center_no")
    return found.filter(parent__isnull=True).order_by("region_id", "center_no")


def coming_exceptions(center: Center, today: date) -> QuerySet[OpeningException]:
    """The next days that differ from the usual week."""
    return center.opening_exceptions.filter(on__gte=today).order_by("on", "opens")[:10]


def departments_with_chiefs(center: Center) -> QuerySet[Department]:
    """Departments stationed in the center, each with its chief representative (首席代表公示)."""
    return center.departments.filter(stub=False).select_related("chief_representative").prefetch_related("windows")
