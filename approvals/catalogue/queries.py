"""What pages and other rooms ask the catalogue."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from approvals.catalogue.differences import Change, Outline, compare
from approvals.catalogue.enums import LapseSubject, ServiceTarget, VersionStatus
from approvals.catalogue.models import ItemVersion, LapseRule, Material, Regime, ServiceItem
from approvals.catalogue.publishing import (
    DraftFacts,
    FeeGate,
    Finding,
    MaterialGate,
    RegimeGate,
    Setting,
    StepGate,
    findings,
)
from hall.access.models import User
from hall.access.rules import has_right
from hall.access.scope import centers_of, departments_of
from hall.organisation.models import Center, Department
from hall.organisation.opening import timetable
from hall.workdays.calendars import calendar_for
from hall.workdays.opening import OpeningTimes

MAX_SEARCH = 60
PART_NAMES = ("legal_bases", "conditions", "steps", "materials", "fees")


def visible_to(user: User) -> QuerySet[ServiceItem]:
    """Items of the person's departments; whoever imports lists also sees those whose department is only a stub."""
    if not has_right(user, "catalogue.view"):
        return ServiceItem.objects.none()
    seen = Q(department__in=departments_of(user))
    if has_right(user, "catalogue.import"):
        seen |= Q(department__stub=True)
    return ServiceItem.objects.filter(seen)


def import_centers(user: User) -> QuerySet[Center]:
    """Centers for whose areas this person may bring lists; an area without a center of its own is open to all."""
    return centers_of(user)


def published() -> QuerySet[ServiceItem]:
    """Items people can apply for now, with what a list of guides shows of each."""
    return ServiceItem.objects.filter(current__isnull=False).select_related("current", "department__center")


def matching(items: QuerySet[ServiceItem], text: str) -> QuerySet[ServiceItem]:
    """Items whose name contains `text`, or whose pinyin, initials or code begin with it; the nearest first."""
    wanted = " ".join(text.replace("\x00", "").split())[:MAX_SEARCH]
    if not wanted:
        return items
    typed = wanted.replace(" ", "").lower()
    found = Q(name__icontains=wanted) | Q(code__istartswith=wanted)
    if typed.isascii():
        found |= Q(initials__contains=typed) | Q(pinyin__startswith=typed)
    rank = Case(
        When(Q(code__iexact=wanted) | Q(name__iexact=wanted), then=Value(0)),
        When(Q(name__istartswith=wanted) | Q(initials__startswith=typed), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return items.filter(found).annotate(rank=rank).order_by("rank", "name", "pk")


def guides(*, text: str = "", department: int | None = None, target: str = "") -> QuerySet[ServiceItem]:
    """Published items for the public search, by what the citizen typed and chose."""
    items = published().order_by("name", "pk")
    if department is not None:
        items = items.filter(department_id=department)
    if target in (ServiceTarget.PERSON, ServiceTarget.ORGANISATION):
        items = items.filter(current__target__in=(target, ServiceTarget.BOTH))
    return matching(items, text)


def departments_with_guides() -> QuerySet[Department]:
    """Departments that offer anything, each with `guide_count`."""
    return (
        Department.objects.filter(items__current__isnull=False)
        .annotate(guide_count=Count("items"))
        .select_related("center")
        .order_by("center_id", "name")
    )


def for_counter(user: User, text: str, limit: int = 20) -> list[ServiceItem]:
    """What a clerk may file under: published items of the person's department, or of all in a comprehensive window."""
    items = published().filter(department__in=departments_of(user)).order_by("name", "pk")
    return list(matching(items, text)[:limit])


def managed(user: User, *, text: str = "", status: str = "", department: int | None = None) -> QuerySet[ServiceItem]:
    """The management list: items with their current version and their draft, if any, as `drafts`."""
    items = visible_to(user).select_related("current", "department__center").order_by("name", "pk")
    items = items.prefetch_related(
        Prefetch("versions", ItemVersion.objects.filter(status=VersionStatus.DRAFT), to_attr="drafts")
    )
    if department is not None:
        items = items.filter(department_id=department)
    if status == VersionStatus.DRAFT:
        items = items.filter(versions__status=VersionStatus.DRAFT)
    elif status == VersionStatus.PUBLISHED:
        items = items.filter(current__isnull=False)
    elif status == VersionStatus.ABOLISHED:
        items = items.filter(current__isnull=True, versions__status=VersionStatus.ABOLISHED).distinct()
    return matching(items, text)


def with_parts(versions: QuerySet[ItemVersion]) -> QuerySet[ItemVersion]:
    """Versions with everything a page shows of them, in a constant number of queries."""
    materials = Prefetch("materials", Material.objects.select_related("blank_form", "sample"))
    others = [name for name in PART_NAMES if name != "materials"] + ["regime__pause_grounds"]
    return versions.select_related("regime", "item__department__center__region").prefetch_related(materials, *others)


def regimes_on(on: date) -> QuerySet[Regime]:
    """Regimes in force on a day."""
    return Regime.objects.filter(effective_from__lte=on).filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=on)
    )


def lapse_rule(center: Center, subject: LapseSubject | str, on: date) -> LapseRule | None:
    """The rule by which `subject` counts as withdrawal at this center on this day; None where none is named (law 7)."""
    rules = LapseRule.objects.filter(center=center, subject=subject, effective_from__lte=on)
    in_force = rules.filter(Q(effective_until__isnull=True) | Q(effective_until__gte=on))
    return in_force.order_by("-effective_from").first()


def opening_of(center: Center) -> OpeningTimes | None:
    """The center's opening times, None where nobody has entered any."""
    table = timetable(center.opening_hours.all(), center.opening_exceptions.all())
    return table.times if table.known else None


def setting_for(version: ItemVersion, on: date) -> Setting:
    """The calendar of the center's region, its opening hours, the day."""
    center = version.item.department.center
    return Setting(calendar=calendar_for(center.region_id), on=on, opening=opening_of(center))


def gate(version: ItemVersion, on: date) -> tuple[Finding, ...]:
    """What stands against publishing this version today."""
    return findings(facts_of(version), setting_for(version, on))


def facts_of(version: ItemVersion) -> DraftFacts:
    """A version and its parts as the publish gate looks at them."""
    copied = (
        "name", "kind", "case_kind", "statute", "statute_note", "promise", "promise_supplement", "supplement",
        "supplement_rule", "quantity_limit", "no_materials", "is_free", "result_name", "place", "phone", "complaint",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(version, name) for name in copied}
    return DraftFacts(
        **values,
        regime=_regime_gate(version.regime),
        bases=len(version.legal_bases.all()),
        conditions=len(version.conditions.all()),
        steps=tuple(StepGate(step.name, step.limit) for step in version.steps.all()),
        materials=tuple(_material_gate(material) for material in version.materials.all()),
        fees=tuple(FeeGate(f.name, f.amount, f.standard, f.basis, f.basis_rank) for f in version.fees.all()),
    )


def _regime_gate(regime: Regime | None) -> RegimeGate | None:
    if regime is None:
        return None
    return RegimeGate(regime.name, regime.effective_from, regime.effective_until, regime.decision_limit)


def _material_gate(material: Material) -> MaterialGate:
    return MaterialGate(
        name=material.name,
        need=material.need,
        condition=material.condition,
        has_blank=material.blank_form_id is not None,
        has_sample=material.sample_id is not None,
    )


def outline_of(version: ItemVersion) -> Outline:
    """The lists of a version that `differences.compare` looks at."""
    return Outline(
        steps=tuple(step.name for step in version.steps.all()),
        materials=tuple(material.name for material in version.materials.all()),
        promise=version.promise,
        statute=version.statute,
        visits=str(version.get_visits_display()),
    )


def changes_between(old: ItemVersion, new: ItemVersion) -> tuple[Change, ...]:
    return compare(outline_of(old), outline_of(new))


def history_of(item: ServiceItem) -> list[tuple[ItemVersion, tuple[Change, ...]]]:
    """All versions, newest first, each with what it changed against the one before."""
    versions = list(with_parts(item.versions.all()).select_related("published_by__staff").order_by("-number"))
    earlier = [*versions[1:], None]
    return [
        (new, changes_between(old, new) if old is not None else ()) for new, old in zip(versions, earlier, strict=True)
    ]
