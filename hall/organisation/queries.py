"""What other rooms and pages ask about the organisation."""

from datetime import datetime

from django.db.models import Q, QuerySet

from hall.organisation.models import Absence, Center, Installation, Staff


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
    covering = Absence.objects.filter(staff=staff, from_at__lte=at).filter(
        Q(until_at__isnull=True) | Q(until_at__gt=at)
    )
    return covering.select_related("acting").first()


def represented_by(staff: Staff, at: datetime) -> QuerySet[Staff]:
    """The people `staff` acts for at the moment `at`; their worklists join the deputy's own."""
    covering = Absence.objects.filter(acting=staff, from_at__lte=at).filter(
        Q(until_at__isnull=True) | Q(until_at__gt=at)
    )
    return Staff.objects.filter(pk__in=covering.values("staff_id"))
