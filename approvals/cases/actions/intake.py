"""Filing an application, and what is handed in later."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from approvals.cases import clockwork, codes, door, messages, papers, typesetting
from approvals.cases.enums import Channel, DocumentKind, MaterialState, ParameterKey, PartyKind, PartyRole
from approvals.cases.models import Case, Party, ReceivedMaterial
from approvals.cases.standing import Standing, standing
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import ItemVersion, Material
from hall.access.models import User
from hall.access.rules import has_right
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Staff
from hall.privacy.canonical import canonical_identity, canonical_name, canonical_phone
from hall.privacy.indexes import blind_index

# A receipt is written while the applicant stands at the window; later than this it is back-dated (law 16).
AT_THE_WINDOW: Final = timedelta(minutes=30)
_NUMBERS: Final = (ParameterKey.QUERY_CODE_HOURS, ParameterKey.BACKDATE_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """One person or organisation as the form took it, already validated."""

    kind: str
    name: str
    identity_kind: str
    identity: str
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    contact_name: str = ""
    mandate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialFacts:
    """What the clerk found for one line of the check list."""

    material: Material
    state: MaterialState
    copies: int = 1
    original_checked: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything the registration form hands over."""

    version: ItemVersion
    applicant: PartyFacts
    proxy: PartyFacts | None = None
    channel: str = Channel.WINDOW
    materials: Sequence[MaterialFacts] = field(default_factory=tuple)
    summary: str = ""
    received_at: datetime | None = None
    backdate_reason: str = ""


@transaction.atomic
def register(application: Application, *, by: User, at: datetime) -> Case:
    """File an application: number, case, parties, materials, query code, event, clocks and receipt, or nothing.

    Raises NotPermitted for who may not file it, Refused where the item takes no case or the time is not acceptable.
    """
    return _register(application, by=by, at=at)


@transaction.atomic
def register_once(application: Application, *, key: UUID, body: bytes, by: User, at: datetime) -> str:
    """File what a form says once per key, however often it is posted; the docket number of the one filing (R01).

    Raises KeyReused where the key came with other answers, and what `register` raises.
    """
    earlier = ledger.once(key=key, user=by, body=body)
    if earlier is not None:
        return earlier
    case = _register(application, by=by, at=at)
    ledger.remember(key=key, user=by, reference=case.docket)
    return case.docket


def _register(application: Application, *, by: User, at: datetime) -> Case:
    version, staff = application.version, by.staff
    if staff is None or not has_right(by, "cases.register"):
        raise NotPermitted("只有窗口人员和首席代表可以收件。")
    _require_takes_cases(version, by=by)
    center = version.item.department.center
    here = standing(center, on=timezone.localdate(at), keys=_NUMBERS)
    received_at = _received_at(application, here, by=by, at=at)
    case = _unnumbered(application, staff, received_at, backdated=_is_backdated(application, at))
    # From its number on a filing keeps the other windows of the center waiting: whatever can do without it comes first.
    applicant = _add_parties(case, application)
    materials = [_material(case, facts, received_at) for facts in application.materials]
    ReceivedMaterial.objects.bulk_create(materials)
    clockwork.begin(case, calendar=here.calendar, warn=here.warn, at=at)
    letter = papers.letter(case, on=timezone.localdate(at), applicant=applicant, demonstration=here.demonstration)
    day = timezone.localdate(received_at)
    case.docket = ledger.next_docket(region6=center.region6, center4=center.center_no, on=day)
    case.save(force_insert=True)
    codes.issue(case, at=at, hours=here.numbers[ParameterKey.QUERY_CODE_HOURS])
    ledger.append(
        docket=case.docket,
        kind="case.register",
        center_code=center.code,
        actor=by,
        occurred_at=received_at,
        data=_filing_data(application, case, backdated=received_at != at),
    )
    _issue_receipt(case, materials, letter, by=by, at=at)
    messages.tell_applicant(case, "received", at=at)
    return case


def _unnumbered(application: Application, staff: Staff, received_at: datetime, *, backdated: bool) -> Case:
    """The case as it will be filed, but for its number."""
    version = application.version
    return Case(
        center=version.item.department.center,
        department=version.item.department,
        window_id=staff.window_id,
        version_filed=version,
        case_kind=version.case_kind,
        channel=application.channel,
        first_handler=staff,
        handler=staff,
        received_at=received_at,
        backdated=backdated,
        summary=application.summary,
        **_limits(version),
    )


def _received_at(application: Application, here: Standing, *, by: User, at: datetime) -> datetime:
    """The moment of receipt; a back-dated one needs a right, a reason and stays within the center's limit (law 16)."""
    received_at = application.received_at or at
    if received_at > at + door.CLOCK_SKEW:
        raise Refused("收件时间不能晚于现在。", field="received_at")
    if at - received_at <= AT_THE_WINDOW:
        return received_at
    days = here.numbers[ParameterKey.BACKDATE_DAYS]
    if not has_right(by, "cases.register") or not application.backdate_reason:
        raise Refused("补录以前收到的申请，请写明理由。", field="backdate_reason")
    if (timezone.localdate(at) - timezone.localdate(received_at)).days > days:
        raise Refused(f"补录最多提前 {days} 天。更早的办件请走存量导入。", field="received_at")
    return received_at


def _is_backdated(application: Application, at: datetime) -> bool:
    return application.received_at is not None and at - application.received_at > AT_THE_WINDOW


def _require_takes_cases(version: ItemVersion, *, by: User) -> None:
    staff = by.staff
    if version.status != VersionStatus.PUBLISHED:
        raise Refused("这个事项没有发布，不能收件。请选已发布的事项。", field="item")
    department = version.item.department
    if staff is None or department.center_id != staff.center_id:
        raise NotPermitted("这个事项不在本中心办理。")
    if staff.department_id not in (None, department.pk):
        raise NotPermitted(f"这个事项由{department.name}窗口收件，请引导申请人前往。")


def _limits(version: ItemVersion) -> dict[str, Any]:
    promise, statute = version.promise, version.statute
    return {
        "promise_count": promise.count if promise else None,
        "promise_unit": promise.unit if promise else "",
        "statute_count": statute.count if statute else None,
        "statute_unit": statute.unit if statute else "",
    }


def _add_parties(case: Case, application: Application) -> Party:
    """The applicant and whoever acts for them; returns the applicant."""
    applicant = _party(case, PartyRole.APPLICANT, application.applicant)
    proxy = [_party(case, PartyRole.PROXY, application.proxy)] if application.proxy is not None else []
    Party.objects.bulk_create([applicant, *proxy])
    return applicant


def _party(case: Case, role: PartyRole, facts: PartyFacts) -> Party:
    phone = canonical_phone(facts.phone) if facts.phone else ""
    identity = canonical_identity(facts.identity)
    return Party(
        case=case,
        role=role,
        kind=facts.kind,
        name=facts.name,
        name_index=blind_index("name", canonical_name(facts.name)),
        identity_kind=facts.identity_kind,
        identity=identity,
        identity_index=blind_index("identity", identity),
        phone=phone,
        phone_index=blind_index("phone", phone) if phone else "",
        address=facts.address,
        legal_representative=facts.legal_representative,
        contact_name=facts.contact_name,
        mandate=facts.mandate,
    )


def _material(case: Case, facts: MaterialFacts, at: datetime) -> ReceivedMaterial:
    return ReceivedMaterial(
        case=case,
        material=facts.material,
        state=facts.state,
        copies=facts.copies,
        original_checked=facts.original_checked,
        note=facts.note,
        received_at=at if facts.state == MaterialState.RECEIVED else None,
    )


def _filing_data(application: Application, case: Case, *, backdated: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "version": case.version,
        "to": case.state,
        "channel": case.channel,
        "item": application.version.item.code,
        "item_version": application.version.number,
        "materials": sum(m.state == MaterialState.RECEIVED for m in application.materials),
        "proxy": application.proxy is not None,
    }
    if backdated and application.backdate_reason:
        data["backdate_reason"] = application.backdate_reason
    return data


def _issue_receipt(
    case: Case, listed: Sequence[ReceivedMaterial], letter: dict[str, Any], *, by: User, at: datetime
) -> None:
    """The receipt as it is kept: without the query code, which is added only on the paper (law 13)."""
    url = papers.lookup_url()
    came = [row for row in listed if row.state in (MaterialState.RECEIVED, MaterialState.FAULTY)]
    said = {
        "received_at": case.received_at,
        "channel": case.get_channel_display(),
        "handler": case.first_handler.name,
        "materials": [
            {
                "name": row.material.name,
                "copies": row.copies,
                "form": row.material.get_form_display(),
                "note": row.get_state_display() if row.state != MaterialState.RECEIVED else row.note,
            }
            for row in came
        ],
        "notice_sentence": _what_did_not_come(listed),
        "lookup_url": url,
        "qr": typesetting.qr_svg(url),
    }
    papers.issue_letter(letter, case, DocumentKind.RECEIPT, said, by=by, at=at)


def _what_did_not_come(listed: Sequence[ReceivedMaterial]) -> str:
    """What the receipt says of materials that are not among those received; empty where all came."""
    states = (MaterialState.MISSING, "还缺"), (MaterialState.PROMISED, "容缺后补"), (MaterialState.WAIVED, "免交")
    said = [(word, "、".join(row.material.name for row in listed if row.state == state)) for state, word in states]
    return "".join(f"{word}：{names}。" for word, names in said if names)


def receive_material(
    case: Case, facts: Sequence[MaterialFacts], *, by: User, at: datetime, seen: int | None = None
) -> Case:
    """Record what was handed in after filing. Promised materials (容缺) are ticked off as they come."""
    with door.opened(case, "receive_material", by=by, at=at, seen=seen) as move:
        for fact in facts:
            ReceivedMaterial.objects.update_or_create(
                case=move.case,
                material=fact.material,
                defaults={
                    "state": fact.state,
                    "copies": fact.copies,
                    "original_checked": fact.original_checked,
                    "note": fact.note,
                    "received_at": at if fact.state == MaterialState.RECEIVED else None,
                },
            )
            if fact.state == MaterialState.RECEIVED:
                move.case.deferred.filter(material=fact.material, received_at__isnull=True).update(received_at=at)
        move.say(materials=[fact.material.name for fact in facts])
    return move.case


__all__ = ["Application", "MaterialFacts", "PartyFacts", "PartyKind", "receive_material", "register", "register_once"]
