"""What this room tells the rooms below when it opens: its events, its recipients, what stands in the way of leaving."""

from uuid import UUID

from approvals.cases import kinds, parameters, recalculation
from approvals.cases.actions import following, keeping
from approvals.cases.enums import PartyRole
from approvals.cases.models import Case, Party
from approvals.cases.sources import announcing
from hall.access import navigation
from hall.access.inboxes import inbox_of
from hall.audit import viewings
from hall.exports import trail
from hall.organisation import departure
from hall.organisation.models import Staff
from hall.outbox import recipients
from hall.outbox.recipients import Address
from hall.privacy import sealed
from hall.workdays import recalculation as calendar_changes
from hall.workdays.recalculation import InPortions


def announce() -> None:
    """Fill the registries; called once from AppConfig.ready."""
    kinds.announce()
    parameters.announce()
    _announce_pages()
    recipients.register("cases.applicant", applicant_address)
    recipients.register("cases.staff", inbox_of)
    departure.register(open_cases_of)
    calendar_changes.register_in_portions(
        InPortions(
            "cases",
            recalculation.to_look_at,
            recalculation.try_out,
            following.line_up,
            following.follow,
            following.left,
        )
    )
    trail.also("case.exported")
    viewings.also("case.unmasked")
    _announce_sealed()
    keeping.announce()
    announcing.announce()


def _announce_sealed() -> None:
    """What this room seals by hand, for a change of keys."""
    sealed.register("cases.OfficialDocument", "snapshot", prefix="cases_officialdocument.content")
    sealed.register("cases.OfficialDocument", "content", prefix="cases_officialdocument.content", binary=True)
    sealed.register("cases.QueryCode", "sealed", prefix="cases_querycode.sealed")
    sealed.register("cases.Attachment", "storage_key", prefix="cases_attachment.content", files=True)


def _announce_pages() -> None:
    navigation.register_docket_page("cases:detail")
    looking = ("cases.view.department", "cases.view.center")
    navigation.register("我的办件", "cases:worklist", "cases.view.department", order=10)
    navigation.register("窗口收件", "cases:register", "cases.register", order=11)
    navigation.register("全部办件", "cases:all", looking, order=12)
    navigation.register("一次性告知", "cases:notices", "cases.notify", order=13)
    navigation.register("送达", "cases:deliveries", "cases.deliver", order=14)
    navigation.register("导出办件", "cases:export", "cases.export", order=60)


def applicant_address(ref: str) -> Address | None:
    """Where to reach the person who acts in the case: the proxy if there is one, else the applicant."""
    parties = {party.role: party for party in Party.objects.filter(case_id=UUID(ref))}
    party = parties.get(PartyRole.PROXY) or parties.get(PartyRole.APPLICANT)
    return Address(phone=party.phone) if party and party.phone else None


def open_cases_of(staff: Staff) -> str | None:
    """Why somebody may not leave yet, or nothing: open cases are handed over first."""
    count = Case.objects.open().filter(handler=staff).count()
    return f"名下还有 {count} 件未办结的办件，请先移交。" if count else None
