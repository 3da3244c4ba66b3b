"""What pages show: every list starts from what the person may see."""

from django.db.models import Q, QuerySet

from approvals.cases.enums import OPEN, PartyRole
from approvals.cases.models import Case, Handover
from approvals.cases.models.procedure import PENDING_HANDOVER
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion
from hall.access.models import User
from hall.access.rules import has_right
from hall.privacy.canonical import canonical_identity, canonical_name, canonical_phone
from hall.privacy.indexes import blind_index

EARLIER = 20


def published_items(user: User) -> QuerySet[ItemVersion]:
    """Published versions a window of this person may take: its center's, and its department's unless comprehensive."""
    staff = user.staff
    if staff is None:
        return ItemVersion.objects.none()
    versions = ItemVersion.objects.filter(status=VersionStatus.PUBLISHED, item__department__center_id=staff.center_id)
    if staff.department_id is not None:
        versions = versions.filter(item__department_id=staff.department_id)
    return versions.select_related("item__department__center", "regime")


def item_for_window(user: User, code: str) -> ItemVersion | None:
    """The published version with exactly this item code."""
    return published_items(user).filter(item__code=code).first()


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
    return list(
        Case.objects.visible_to(user)
        .filter(parties__role=PartyRole.APPLICANT, parties__identity_index=index)
        .select_related("version_filed__item")
        .order_by("-received_at")[:EARLIER]
    )


def offers_to(user: User) -> QuerySet[Handover]:
    """Open cases handed over to this person that wait for an answer, oldest first."""
    if user.staff_id is None or not has_right(user, "cases.handover"):
        return Handover.objects.none()
    waiting = Handover.objects.filter(PENDING_HANDOVER, to_staff_id=user.staff_id, case__state__in=OPEN)
    return waiting.select_related("case__version_filed", "from_staff")


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
