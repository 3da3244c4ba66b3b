"""What pages show: every list starts from what the person may see."""

from typing import Final

from django.db.models import Q, QuerySet

from approvals.cases.enums import OPEN, PartyRole
from approvals.cases.models import Case, Handover, Party
from approvals.cases.models.procedure import PENDING_HANDOVER
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion
from approvals.catalogue.reading import read_version
from hall.access.models import User
from hall.access.rules import has_right
from hall.prepared import A_KEY, A_TEXT, PreparedQuery
from hall.privacy.canonical import canonical_identity, canonical_name, canonical_phone
from hall.privacy.indexes import blind_index

EARLIER = 20
_IN_CENTER: Final = PreparedQuery(
    "published_in_center",
    lambda center, code: _published(center, None).filter(item__code=code).order_by().values_list("pk"),
    A_KEY,
    A_TEXT,
)
_IN_DEPARTMENT: Final = PreparedQuery(
    "published_in_department",
    lambda center, department, code: (
        _published(center, department).filter(item__code=code).order_by().values_list("pk")
    ),
    A_KEY,
    A_KEY - 1,
    A_TEXT,
)
# What every filing and every worklist asks, and nearly always with nothing found.
_APPLIED: Final = PreparedQuery(
    "applied_before",
    lambda index: Party.objects.filter(role=PartyRole.APPLICANT, identity_index=index).values_list("pk")[:1],
    A_TEXT,
)
_OFFERED: Final = PreparedQuery("offered_to", lambda staff: _offered_to(staff).order_by().values_list("pk")[:1], A_KEY)


def published_items(user: User) -> QuerySet[ItemVersion]:
    """Published versions a window of this person may take: its center's, and its department's unless comprehensive."""
    staff = user.staff
    if staff is None:
        return ItemVersion.objects.none()
    return _published(staff.center_id, staff.department_id).select_related("item__department__center", "regime")


def _published(center: int, department: int | None) -> QuerySet[ItemVersion]:
    versions = ItemVersion.objects.filter(status=VersionStatus.PUBLISHED, item__department__center_id=center)
    return versions if department is None else versions.filter(item__department_id=department)


def item_for_window(user: User, code: str) -> ItemVersion | None:
    """The published version with exactly this item code, with everything a filing looks at."""
    staff = user.staff
    if staff is None:
        return None
    if staff.department_id is None:
        found = _IN_CENTER.rows(staff.center_id, code)
    else:
        found = _IN_DEPARTMENT.rows(staff.center_id, staff.department_id, code)
    return read_version(*found[0]) if found else None


def items_for_window(user: User, typed: str, *, limit: int = 30) -> list[ItemVersion]:
    """Items by code, name, pinyin or initials; without a word the ones in order of name."""
    found = published_items(user)
    if typed:
        word = typed.lower()
        found = found.filter(
            Q(item__code__istartswith=typed)
            | Q(name__icontains=typed)
            | Q(item__initials__startswith=word)
            | Q(item__pinyin__startswith=word)
        )
    return list(found.order_by("item__pinyin", "item__code")[:limit])


def earlier_cases(user: User, identity: str) -> list[Case]:
    """Cases of the same applicant the person may see, newest first."""
    index = blind_index("identity", canonical_identity(identity))
    if not _APPLIED.rows(index):
        return []  # so it is nearly always
    return list(
        Case.objects.visible_to(user)
        .filter(parties__role=PartyRole.APPLICANT, parties__identity_index=index)
        .select_related("version_filed")
        .only("docket", "state", "received_at", "version_filed__name", "version_filed__item_id")
        .order_by("-received_at")[:EARLIER]
    )


def offers_to(user: User) -> QuerySet[Handover]:
    """Open cases handed over to this person that wait for an answer, oldest first."""
    if user.staff_id is None or not has_right(user, "cases.handover") or not _OFFERED.rows(user.staff_id):
        return Handover.objects.none()
    return (
        _offered_to(user.staff_id)
        .select_related("case__version_filed", "from_staff")
        .only("at", "reason", "case__docket", "case__version", "case__version_filed__name", "from_staff__name")
    )


def _offered_to(staff: int) -> QuerySet[Handover]:
    return Handover.objects.filter(PENDING_HANDOVER, to_staff_id=staff, case__state__in=OPEN)


def find(user: User, word: str) -> QuerySet[Case]:
    """Cases the person may see by legacy number, applicant's name, document number or telephone, or item."""
    by_person = Q(parties__name_index=blind_index("name", canonical_name(word)))
    by_person |= Q(parties__identity_index=blind_index("identity", canonical_identity(word)))
    by_person |= Q(parties__phone_index=blind_index("phone", canonical_phone(word)))
    by_item = Q(version_filed__name__icontains=word) | Q(version_filed__item__initials__startswith=word.lower())
    by_item |= Q(version_filed__item__code__iexact=word)
    return (
        Case.objects.visible_to(user)
        .filter(by_person | by_item | Q(legacy_number=word))
        .distinct()
        .order_by("-received_at", "-docket")
    )
