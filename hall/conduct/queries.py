"""What a person gets to see of patrols, bulletins, complaints and checks; every list starts here (law 12)."""

from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hall.access.models import User
from hall.access.roles import TABLE
from hall.access.rules import has_right
from hall.access.scope import centers_of, departments_of
from hall.conduct.enums import (
    Audience,
    BulletinState,
    ComplaintState,
    Outcome,
    RectificationState,
)
from hall.conduct.models import (
    Bulletin,
    ClosureItem,
    ClosureSample,
    Complaint,
    Finding,
    Patrol,
    PatrolList,
    PatrolStop,
    Photo,
    Rectification,
)
from hall.organisation.models import Department, Staff, Window


def list_in_force() -> PatrolList:
    """The newest check list."""
    return PatrolList.objects.latest("version")


def _number_of(rows: QuerySet[Any], column: str) -> Coalesce:
    """How many of the rows point at the outer one: a count that no other count multiplies."""
    counted = rows.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def patrols_for(user: User) -> QuerySet[Patrol]:
    """Rounds in the centers the person watches, the newest first, with how much was found."""
    counted = {
        "looked": _number_of(Finding.objects.all(), "patrol"),
        "problems": _number_of(Finding.objects.filter(outcome=Outcome.PROBLEM), "patrol"),
        "stop_count": _number_of(PatrolStop.objects.all(), "patrol"),
    }
    rows = Patrol.objects.filter(center__in=centers_of(user)).annotate(**counted)
    return rows.select_related("center", "started_by__staff", "checklist")


def windows_of(center_id: int, on: date) -> QuerySet[Window]:
    """The windows a route may lead to: those not closed by `on`."""
    return Window.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), center_id=center_id)


def rectifications_for(user: User) -> QuerySet[Rectification]:
    """Watchers see their centers; a chief what his department has to put right, and what belongs to no department."""
    rows = Rectification.objects.select_related(
        "finding__line", "finding__center", "finding__window", "finding__department", "finding__staff", "finding__photo"
    )
    if has_right(user, "patrol.record") or has_right(user, "supervision.view"):
        return rows.filter(finding__center__in=centers_of(user))
    if not has_right(user, "patrol.answer"):
        return rows.none()
    mine = Q(finding__department__in=departments_of(user))
    return rows.filter(mine | Q(finding__department__isnull=True, finding__center__in=centers_of(user)))


def overdue(rows: QuerySet[Rectification], today: date) -> QuerySet[Rectification]:
    """Those still waiting for an answer after their last day."""
    return rows.filter(state=RectificationState.OPEN, due_on__lt=today)


def photos_for(user: User) -> QuerySet[Photo]:
    """Photos of findings and steps the person may see."""
    seen = rectifications_for(user)
    findings = Finding.objects.filter(photo__isnull=False)
    walked = findings.filter(patrol__in=Patrol.objects.filter(center__in=centers_of(user)))
    shown = findings.filter(rectification__in=seen)
    mine = walked if has_right(user, "patrol.record") or has_right(user, "supervision.view") else shown
    steps = seen.filter(steps__photo__isnull=False).values("steps__photo")
    return Photo.objects.filter(Q(pk__in=mine.values("photo")) | Q(pk__in=steps))


def bulletins_for(user: User) -> QuerySet[Bulletin]:
    """Writers see everything of their centers; readers what is published, in their own center or above and below."""
    rows = Bulletin.objects.select_related("center", "drafted_by__staff", "published_by__staff")
    if has_right(user, "bulletins.write"):
        return rows.filter(center__in=centers_of(user))
    done = rows.filter(state__in=(BulletinState.PUBLISHED, BulletinState.WITHDRAWN))
    return done.filter(Q(center__in=centers_of(user)) | Q(audience=Audience.PUBLIC))


def public_bulletins() -> QuerySet[Bulletin]:
    """What everybody may read; a withdrawn one stays, with its reason."""
    done = (BulletinState.PUBLISHED, BulletinState.WITHDRAWN)
    return Bulletin.objects.filter(audience=Audience.PUBLIC, state__in=done).select_related("center")


def complaints_for(user: User) -> QuerySet[Complaint]:
    """Handlers and auditors: their centers, without what is about themselves before it is decided. Everybody else:
    what was given to them to look into, and decisions about themselves."""
    rows = Complaint.objects.select_related("center", "department", "staff", "investigator")
    about_me = Q(staff_id=user.staff_id) if user.staff_id else Q(pk__isnull=True)
    if has_right(user, "complaints.handle") or has_right(user, "accountability.view"):
        watched = rows.filter(center__in=centers_of(user))
        return watched.exclude(about_me & ~Q(state=ComplaintState.DECIDED)) if user.staff_id else watched
    given = Q(investigator_id=user.staff_id) if user.staff_id else Q(pk__isnull=True)
    return rows.filter(given & ~about_me | about_me & Q(state=ComplaintState.DECIDED))


def investigators_for(row: Complaint) -> QuerySet[Staff]:
    """Who may look into it: those with the right in its center who serve and are not complained about."""
    chiefs = Staff.objects.filter(center_id=row.center_id, user__role__in=_roles_with("complaints.answer"))
    return (
        chiefs.filter(user__is_active=True, left_on__isnull=True)
        .exclude(pk=row.staff_id or 0)
        .select_related("department")
    )


def _roles_with(right: str) -> list[str]:
    return [role.value for role, line in TABLE.items() if right in line.rights]


def samples_for(user: User) -> QuerySet[ClosureSample]:
    """Draws in the centers the person watches, with how far they are."""
    counted = {
        "taken": _number_of(ClosureItem.objects.all(), "sample"),
        "checked": _number_of(ClosureItem.objects.exclude(verdict=""), "sample"),
    }
    rows = ClosureSample.objects.filter(center__in=centers_of(user)).annotate(**counted)
    return rows.select_related("center", "department", "drawn_by__staff")


def items_for(user: User) -> QuerySet[ClosureItem]:
    """Drawn cases of those samples."""
    return ClosureItem.objects.filter(sample__center__in=centers_of(user)).select_related(
        "sample__department", "sample__center", "staff", "checked_by__staff"
    )


def departments_for(user: User) -> QuerySet[Department]:
    """Departments to choose from in the filters and forms of this room."""
    return departments_of(user).select_related("center").order_by("center_id", "pinyin")
