"""What follows from a closing beside the case: whoever applied may evaluate it, once (国办发〔2019〕51号)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from approvals.cases import papers, typesetting
from approvals.cases.enums import OPEN, CaseState
from approvals.cases.models import Case
from hall.evaluation import actions as evaluation
from hall.evaluation import tokens
from hall.evaluation.enums import Via

# Every way a case ends but voiding, which only takes back what was entered by mistake.
EVALUATED: Final = frozenset(
    {
        CaseState.DELIVERED,
        CaseState.NOT_REQUIRED,
        CaseState.REFUSED,
        CaseState.WITHDRAWN,
        CaseState.LAPSED,
        CaseState.RETURNED,
    }
)


def follow(case: Case, source: CaseState, *, at: datetime) -> None:
    """Invite when a case ends, take the invitation back when its end is undone. Imported cases are not asked about."""
    if case.imported or case.state == source:
        return
    if source in OPEN and case.state in EVALUATED:
        _invite(case, at=at)
    elif source in EVALUATED and case.state in OPEN:
        evaluation.revoke(docket=case.docket, at=at)


def _invite(case: Case, *, at: datetime) -> None:
    evaluation.invite(
        docket=case.docket,
        center=case.center,
        department=case.department,
        window=case.window,
        handler=case.handler,
        item_code=case.version_filed.item.code,
        item_name=case.version_filed.name,
        closed_at=case.closed_at or at,
        channel=case.channel,
        at=at,
    )


def on_paper(case: Case) -> Mapping[str, str]:
    """What a closing document prints so that it can be evaluated from: the code, and where to go without one."""
    if case.imported:
        return {}
    return {
        "evaluation_qr": typesetting.qr_svg(tokens.link(case.docket, Via.QR)),
        "evaluation_url": papers.lookup_url(),
    }
