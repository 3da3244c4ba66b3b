"""Evaluations on paper: boxes, their opening by two people, and the forms found in them, typed in by the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.evaluation import rules
from hall.evaluation.actions.giving import Answer, dimensions, keep, refuse_if_closed
from hall.evaluation.enums import Origin, Via
from hall.evaluation.errors import RowsRefused
from hall.evaluation.models import BoxOpening, Evaluation, Invitation, PaperBox, PaperForm
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Center, Department, Staff


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper form as it lies on the desk: with the number of a case, or with the matter alone."""

    serial: str
    given_on: date
    answer: Answer
    docket: str = ""
    department: Department | None = None
    item_name: str = ""


@transaction.atomic
def place_box(*, center: Center, name: str, by: User, at: datetime) -> PaperBox:
    """Put up a box."""
    _may(by, center)
    if PaperBox.objects.filter(center=center, name=name).exists():
        raise Refused("这个中心已有同名的评价箱。", field="name")
    box = PaperBox.objects.create(center=center, name=name, placed_on=timezone.localdate(at))
    _tell("evaluation.box_placed", box, by=by, at=at)
    return box


@transaction.atomic
def retire_box(*, box: PaperBox, by: User, at: datetime) -> None:
    """Take a box away; its openings and forms stay. A second call changes nothing."""
    _may(by, box.center)
    held = _locked(box)
    if held.retired_on is None:
        held.retired_on = timezone.localdate(at)
        held.save(update_fields=["retired_on"])
        _tell("evaluation.box_retired", held, by=by, at=at)


@transaction.atomic
def open_box(
    *, box: PaperBox, opened_at: datetime, witness: Staff, forms_found: int, note: str = "", by: User, at: datetime
) -> BoxOpening:
    """Record that a box was opened by the person who records it and a second one, and what was found."""
    _may(by, box.center)
    held = _locked(box)
    if held.retired_on is not None:
        raise Refused("这个评价箱已经停用。")
    if by.staff is None:
        raise NotPermitted("开箱人必须是登记在册的人员，这个账号不属于任何人。")
    _check_witness(witness, by.staff, held, timezone.localdate(opened_at))
    if opened_at > at:
        raise Refused("开箱时间不能晚于现在。", field="opened_at")
    opening = BoxOpening.objects.create(
        box=held, opened_at=opened_at, opener=by.staff, witness=witness, forms_found=forms_found, note=note,
        recorded_by=by, recorded_at=at,
    )  # fmt: skip
    _tell("evaluation.box_opened", held, by=by, at=at, found=forms_found, opening=opening.pk)
    return opening


@transaction.atomic
def enter_paper(*, opening: BoxOpening, sheets: Sequence[Sheet], by: User, at: datetime) -> list[PaperForm]:
    """Type in forms of one opening, all or none. Raises RowsRefused with a sentence for every row that is wrong."""
    _may(by, opening.box.center)
    held = BoxOpening.objects.select_for_update(of=("self",)).select_related("box__center").get(pk=opening.pk)
    if held.forms.count() + len(sheets) > held.forms_found:
        raise Refused(f"这次开箱只登记了 {held.forms_found} 张评价表，录入的张数不能更多。")
    forms: list[PaperForm] = []
    refused: dict[int, Refused] = {}
    for row, sheet in enumerate(sheets):
        try:
            with transaction.atomic():
                forms.append(_enter(held, sheet, by=by, at=at))
        except Refused as refusal:
            refused[row] = refusal
    if refused:
        raise RowsRefused(refused)
    _tell("evaluation.paper_entered", held.box, by=by, at=at, count=len(forms), opening=held.pk)
    return forms


def _enter(opening: BoxOpening, sheet: Sheet, *, by: User, at: datetime) -> PaperForm:
    if sheet.given_on > timezone.localdate(opening.opened_at):
        raise Refused("填表日期不能晚于开箱日期。", field="given_on")
    if PaperForm.objects.filter(box=opening.box, serial=sheet.serial).exists():
        raise Refused("这个评价箱已录过这个表号。", field="serial")
    evaluation = _of_case(sheet, opening, by, at) if sheet.docket else _of_matter(sheet, opening, by, at)
    facts = {"serial": sheet.serial, "evaluation": evaluation, "entered_by": by, "entered_at": at}
    return PaperForm.objects.create(opening=opening, box=opening.box, **facts)


def _of_case(sheet: Sheet, opening: BoxOpening, by: User, at: datetime) -> Evaluation:
    """The form names a case: it counts as the one evaluation of that case."""
    live = Invitation.objects.live().select_for_update(of=("self",)).select_related("center")
    invitation = live.filter(docket=sheet.docket, center=opening.box.center).first()
    if invitation is None:
        raise Refused("本中心没有这个编号的办结件，请核对；看不清的可以只填事项。", field="docket")
    if sheet.given_on < timezone.localdate(invitation.closed_at):
        raise Refused("填表日期早于这件办件的办结日期，请核对。", field="given_on")
    moment = _midnight(sheet.given_on)
    try:
        refuse_if_closed(invitation, moment)
    except Refused as closed:
        raise Refused(closed.sentence, field="docket") from closed
    return keep(sheet.answer, by=by, at=at, **_on_paper(moment), **dimensions(invitation))


def _of_matter(sheet: Sheet, opening: BoxOpening, by: User, at: datetime) -> Evaluation:
    """The form names no case: an evaluation of the matter and the department, without an invitation."""
    if not sheet.item_name:
        raise Refused("办件编号和事项至少填一样。", field="docket")
    if not sheet.answer.anonymous and not sheet.answer.phone:
        raise Refused("没有办件编号的实名评价要填电话，否则无法联系评价人。", field="phone")
    if sheet.department is not None and sheet.department.center_id != opening.box.center_id:
        raise Refused("请选本中心的部门。", field="department")
    facts = {"center": opening.box.center, "department": sheet.department, "item_name": sheet.item_name}
    return keep(sheet.answer, by=by, at=at, **_on_paper(_midnight(sheet.given_on)), **facts)


def _on_paper(moment: datetime) -> dict[str, object]:
    return {"given_at": moment, "via": Via.PAPER, "origin": Origin.CITIZEN, "active": False}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _check_witness(witness: Staff, opener: Staff, box: PaperBox, on: date) -> None:
    if witness.pk == opener.pk:
        raise Refused("开箱必须两人在场，见证人不能是您本人。", field="witness")
    if witness.center_id != box.center_id or not Staff.objects.serving(on).filter(pk=witness.pk).exists():
        raise Refused("见证人必须是这个中心在岗的人员。", field="witness")


def _may(by: User, center: Center) -> None:
    if not rules.may_open_boxes(by, center):
        raise NotPermitted("开箱和录入纸质评价由督查人员办理。")


def _locked(box: PaperBox) -> PaperBox:
    return PaperBox.objects.select_for_update(of=("self",)).select_related("center").get(pk=box.pk)


def _tell(kind: str, box: PaperBox, *, by: User, at: datetime, **data: int) -> None:
    facts = {"box": box.name, **data}
    ledger.append(docket="", kind=kind, center_code=box.center.code, actor=by, occurred_at=at, data=facts)
