"""A case brought to any state through its real actions, and rows put into a state for tables of refusals."""

from collections.abc import Callable
from datetime import datetime

from approvals.cases import actions
from approvals.cases.enums import CLOSED, CaseState, DeliveryMethod
from approvals.cases.models import Case
from approvals.catalogue.enums import LapseSubject
from approvals.catalogue.models import ItemVersion, LapseRule, Regime
from hall.ledger import actions as ledger
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version, moment

TUESDAY, WEDNESDAY, FRIDAY = moment("2026-04-14 09:00"), moment("2026-04-15 09:00"), moment("2026-04-17 15:30")
LATER = moment("2026-06-01 09:00")
MISSING = ({"name": "营业执照复印件", "problem": "没有盖章", "requirement": "加盖公章后补交"},)
S = CaseState


def with_promise(hall: Hall) -> Case:
    """Accepted against the promise to bring one material later (容缺)."""
    version = make_item_version(hall.department, deferrable=("场地证明",))
    case = make_case(hall, version)
    late = version.materials.get(name="场地证明")
    return actions.accept_with_promise(case, by=hall.clerk, at=MONDAY, deferred=[late.pk])


def noticed(hall: Hall, version: ItemVersion | None = None, *, at: datetime = TUESDAY) -> Case:
    """Told once what is missing."""
    case = make_case(hall, version, complete=False)
    return actions.notify_supplement(case, by=hall.clerk, at=at, items=MISSING)


def paused(hall: Hall, *, at: datetime = FRIDAY, days: int = 3) -> Case:
    """Stopped for an expert review."""
    return actions.pause(
        accepted_case(hall), by=hall.approver, at=at, ground=hall.ground(), notified_days=days, reason="技术复杂"
    )


def returning(hall: Hall) -> Case:
    """A return proposed and not yet reviewed."""
    return actions.propose_return(accepted_case(hall), by=hall.clerk, at=TUESDAY, reason="材料不真实")


def granted(hall: Hall) -> Case:
    return actions.grant(accepted_case(hall), by=hall.approver, at=FRIDAY)


def denied(hall: Hall) -> Case:
    return actions.deny(accepted_case(hall), by=hall.approver, at=FRIDAY, reason="面积不符合规定")


def delivered(hall: Hall) -> Case:
    return actions.deliver(granted(hall), by=hall.clerk, at=FRIDAY, method=DeliveryMethod.COLLECTED)


def lapsed(hall: Hall) -> Case:
    """Ended by an officer in writing after the applicant brought nothing."""
    return actions.end_unsupplemented(noticed(hall), by=hall.approver, at=LATER, reason="逾期没有补正")


def withdrawn(hall: Hall) -> Case:
    return actions.withdraw(accepted_case(hall), by=hall.clerk, at=FRIDAY, reason="不办了")


def not_required(hall: Hall) -> Case:
    return actions.tell_not_required(make_case(hall), by=hall.clerk, at=TUESDAY, reason="这类经营不需要许可")


def refused(hall: Hall) -> Case:
    organ = {"name": "市场监督管理局", "address": "河北大街 1 号", "phone": "0335-3000002"}
    return actions.refuse(make_case(hall), by=hall.clerk, at=TUESDAY, reason="不属于本机关职权", competent_organ=organ)


def returned(hall: Hall) -> Case:
    return actions.confirm_return(returning(hall), by=hall.second, at=WEDNESDAY)


def voided(hall: Hall) -> Case:
    return actions.void(accepted_case(hall), by=hall.chief, at=FRIDAY, reason="重复录入")


def archived(hall: Hall) -> Case:
    return actions.archive(delivered(hall), by=hall.clerk, at=LATER)


WAYS: dict[CaseState, Callable[[Hall], Case]] = {
    S.RECEIVED: make_case,
    S.SUPPLEMENTING: noticed,
    S.REVIEWING: accepted_case,
    S.PAUSED: paused,
    S.RETURNING: returning,
    S.GRANTED: granted,
    S.DENIED: denied,
    S.DELIVERED: delivered,
    S.NOT_REQUIRED: not_required,
    S.REFUSED: refused,
    S.WITHDRAWN: withdrawn,
    S.LAPSED: lapsed,
    S.RETURNED: returned,
    S.VOIDED: voided,
    S.ARCHIVED: archived,
}


def own_regime(code: str = "local-rule", **facts: object) -> Regime:
    """A local rule, empty but for what the test gives it."""
    return Regime.objects.create(
        code=code, name="某地条例", statute="《某地条例》", effective_from=MONDAY.date(), source="测试", **facts
    )


def lapse_rule(hall: Hall, subject: str = LapseSubject.CORRECTION) -> LapseRule:
    """A rule of the center by which what never came counts as withdrawal."""
    return LapseRule.objects.create(
        center=hall.center, subject=subject, rule="某市政务服务条例", article="第三十六条",
        effective_from=MONDAY.date(), source="测试",
    )  # fmt: skip


def put(hall: Hall, version: ItemVersion, state: CaseState) -> Case:
    """A bare row in a state, without the way there: enough for what is refused at the door."""
    docket = ledger.next_docket(region6=hall.center.region6, center4=hall.center.center_no, on=MONDAY.date())
    case = Case.objects.create(
        docket=docket, center=hall.center, department=hall.department, version_filed=version, state=state,
        case_kind=version.case_kind, first_handler=hall.clerk.staff, handler=hall.clerk.staff, received_at=MONDAY,
        closed_at=MONDAY if state in CLOSED else None, imported=True,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(imported=False)
    return Case.objects.get(pk=case.pk)
