"""A person of whom every room of the house knows something, each word of it told apart from every other."""

from dataclasses import dataclass
from typing import Any

from approvals.cases import actions as cases
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Case
from hall.conduct.actions import complaints
from hall.conduct.actions.complaints import Said
from hall.conduct.models import Complaint
from hall.evaluation.enums import Grade
from hall.evaluation.models import Evaluation, Invitation
from hall.rectification.actions import rectifying
from hall.rectification.models import Rectification
from hall.retention.copy_actions import Asked
from tests.builders import MONDAY, Hall, accepted_case, identity_number, person
from tests.hall.conduct.builders import received
from tests.hall.evaluation.builders import given, invited

IDENTITY, PHONE = identity_number(701), "13911110701"
PROXY, PROXY_PHONE = identity_number(702), "13911110702"
STRANGER, STRANGER_PHONE = identity_number(703), "13911110703"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
APPLICANT: dict[str, Any] = {
    "identity": IDENTITY,
    "phone": PHONE,
    "address": "海港区柳荫路七号",
    "contact_name": "联系甲",
    "legal_representative": "法代乙",
}


def asked(identity: str = IDENTITY, reason: str = "11月22日书面申请", behalf: str = "self") -> Asked:
    return Asked(identity=identity, behalf=behalf, reason=reason)


def filed(hall: Hall, **facts: Any) -> Case:
    """A case of theirs, with a scan, accepted."""
    case = accepted_case(hall, **{"applicant": person("张副本", **APPLICANT), **facts})
    cases.attach(case, content=PNG, label="图纸/../甲", by=hall.clerk, at=MONDAY)
    case.refresh_from_db()
    return case


def corrected(hall: Hall, case: Case, value: str = "海港区新路九号") -> None:
    """Their address put right by two people."""
    how = {"field": CorrectableField.ADDRESS, "value": value, "reason": "搬家"}
    row = cases.propose_correction(case, by=hall.clerk, at=MONDAY, **how)
    cases.review_correction(row, by=hall.approver, at=MONDAY, agreed=True)


def complained(hall: Hall, contact: str = PHONE) -> Complaint:
    """A complaint with a telephone in it, decided and objected to."""
    said = Said(text="投诉内容丙", about="投诉谁丁", contact_name="投诉人戊", contact=f"电话 {contact} 白天")
    row = received(hall, said=said)
    how = {"department": hall.department, "staff": hall.clerk.staff, "investigator": hall.chief.staff}
    complaints.accept(complaint=row, by=hall.supervisor, at=MONDAY, **how)
    complaints.report(complaint=row, text="内部报告己", by=hall.chief, at=MONDAY)
    told = {"verdict": "upheld", "reason": "内部理由庚", "answer": "给投诉人的答复辛"}
    row = complaints.decide(complaint=row, by=hall.supervisor, at=MONDAY, **told)
    return complaints.object_to(complaint=row, text="被投诉人异议壬", by=hall.clerk, at=MONDAY)


def invitation_of(hall: Hall, case: Case) -> Invitation:
    return Invitation.objects.filter(docket=case.docket).first() or invited(hall, docket=case.docket)


def graded(hall: Hall, case: Case, *, anonymous: bool = False, text: str = "评价意见癸") -> Evaluation:
    phone = "" if anonymous else PHONE
    answer = {"anonymous": anonymous, "text": text, "phone": phone}
    return given(invitation_of(hall, case), Grade.VERY_BAD, **answer)


def put_right(hall: Hall, evaluation: Evaluation) -> Rectification:
    """The person was called, and something was done."""
    row = Rectification.objects.get(evaluation=evaluation)
    row = rectifying.contact(row, by=hall.chief, at=MONDAY, note="联系记录子")
    return rectifying.rectify(row, by=hall.chief, at=MONDAY, measure="整改措施丑")


@dataclass
class Known:
    """Everything at once."""

    case: Case
    complaint: Complaint
    evaluation: Evaluation
    rectification: Rectification


def known(hall: Hall) -> Known:
    case = filed(hall)
    corrected(hall, case)
    evaluation = graded(hall, case)
    return Known(case, complained(hall), evaluation, put_right(hall, evaluation))
