"""Cases ready for each deed, and what is sent to its page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Case
from hall.access.models import User
from tests.builders import Hall, accepted_case, make_case, make_item_version

ROWS = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"}
ONE_ROW = {"rows-0-name": "申请书", "rows-0-problem": "未签名", "rows-0-requirement": "补签名"}
BAD_IDENTITY = "130302199003070000"


def now() -> datetime:
    return timezone.now() - timedelta(minutes=5)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(case: Case, name: str) -> str:
    return f"/work/cases/{case.docket}/{name}/"


def post(user: User, case: Case, name: str, **data: Any) -> Any:
    return as_user(user).post(url(case, name), {"version": case.version, **data})


# --- cases ready for each deed ------------------------------------------------------------------------------------


def received(hall: Hall) -> Case:
    return make_case(hall, at=now())


def incomplete(hall: Hall) -> Case:
    return make_case(hall, at=now(), complete=False)


def deferrable(hall: Hall) -> Case:
    version = make_item_version(hall.department, deferrable=("验资报告",))
    return make_case(hall, version, at=now())


def noticed(hall: Hall) -> Case:
    items = [{"name": "申请书", "problem": "没有提交", "requirement": "补交"}]
    return actions.notify_supplement(incomplete(hall), by=hall.clerk, at=now(), items=items)


def reviewing(hall: Hall) -> Case:
    return accepted_case(hall, at=now())


def paused(hall: Hall) -> Case:
    return actions.pause(
        reviewing(hall), by=hall.approver, at=now(), ground=hall.ground(), notified_days=3, reason="专家评审"
    )


def returning(hall: Hall) -> Case:
    return actions.propose_return(reviewing(hall), by=hall.clerk, at=now(), reason="重复申请")


def offered(hall: Hall) -> Case:
    """Handed over by the clerk and not yet accepted."""
    return actions.hand_over(reviewing(hall), by=hall.clerk, at=now(), to=hall.other_clerk.staff, reason="轮岗")


def granted(hall: Hall) -> Case:
    return actions.grant(reviewing(hall), by=hall.approver, at=now())


def delivered(hall: Hall) -> Case:
    return actions.deliver(granted(hall), by=hall.clerk, at=now(), method="collected")


def corrected(hall: Hall) -> Case:
    case = reviewing(hall)
    actions.propose_correction(
        case, by=hall.clerk, at=now(), field=CorrectableField.CHANNEL, value="post", reason="录错渠道"
    )
    return Case.objects.get(pk=case.pk)


def overdue(hall: Hall) -> Case:
    """Noticed so long ago that the days for the supplement are over."""
    then = timezone.now() - timedelta(days=40)
    items = [{"name": "申请书", "problem": "没有提交", "requirement": "补交"}]
    case = make_case(hall, at=then, complete=False)
    return actions.notify_supplement(case, by=hall.clerk, at=then, items=items)


# --- name, case, who does it, what is sent, where the case stands afterwards -----------------------------------------

Sent = Callable[[Hall, Case], dict[str, Any]]


def materials_of(case: Case) -> list[int]:
    return [m.pk for m in case.version_filed.materials.all()]


def nothing(_: Hall, __: Case) -> dict[str, Any]:
    return {}


def special(hall: Hall, days: Any) -> dict[str, Any]:
    return {"ground": hall.ground().pk, "notified_days": days, "reason": "评审"}


def words(**data: Any) -> Sent:
    return lambda _, __: data
