"""打印算式: what stands on the paper is what the ruler shows."""

import io
import re

import pytest
from pypdf import PdfReader

from approvals.cases import actions, clock_paper
from approvals.cases.models import Case
from approvals.cases.situations import Situation, visible_case
from approvals.catalogue.enums import LimitUnit
from hall.access.models import User
from hall.ledger import numbers
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db


def situation(user: User, case: Case, at: str = "2026-05-13 09:00") -> Situation:
    return Situation(visible_case(user, case.docket), user, moment(at))


def printed(user: User, case: Case, clock: str = "decision", at: str = "2026-05-13 09:00") -> str:
    pdf = clock_paper.paper(situation(user, case, at), clock)
    assert pdf is not None
    pages = PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def reviewed(hall: Hall) -> Case:
    case = accepted_case(hall)
    at = moment("2026-04-17 15:30")
    case = actions.pause(case, by=hall.approver, at=at, ground=hall.ground(), notified_days=3, reason="评审")
    return actions.resume(case, by=hall.approver, at=moment("2026-04-22 11:05"), ground=hall.ground())


def test_the_worked_example_is_on_paper(hall):
    paper = printed(hall.approver, reviewed(hall))
    for words in ("5月18日（周一）下班前办结", "专家评审停表3个工作日", "劳动节放假5天，不计", "调休上班，计第14日"):
        assert words in paper


def test_it_says_whose_case_when_and_who_printed_it_without_a_name_of_the_applicant(hall):
    case = reviewed(hall)
    paper = printed(hall.approver, case)
    for words in (numbers.grouped(case.docket), case.version_filed.name, "2026年5月13日", hall.approver.display_name):
        assert words.replace(" ", "") in paper
    assert "张小明" not in paper


def test_a_pause_names_its_notice(hall):
    case = reviewed(hall)
    assert case.pauses.get().document_no in printed(hall.approver, case)


def test_the_notice_clock_is_on_paper(hall):
    assert "逾期不告知的" in printed(hall.clerk, make_case(hall), "notice", "2026-04-14 09:00")


def test_the_delivery_clock_is_on_paper(hall):
    case = actions.grant(accepted_case(hall), by=hall.approver, at=moment("2026-04-20 09:00"))
    assert "颁发、送达" in printed(hall.clerk, case, "delivery", "2026-04-21 09:00")


def test_a_limit_in_hours_has_no_cells_and_still_prints(hall):
    version = make_item_version(hall.department, promise=(24, LimitUnit.HOUR), statute=None, regime=None, steps=())
    case = accepted_case(hall, version)
    assert "日夜连续计算" in printed(hall.clerk, case, at="2026-04-13 12:00")


def test_a_limit_of_years_prints_its_sentences_only(hall):
    version = make_item_version(hall.department, promise=None, statute=(300, LimitUnit.WORKDAY), steps=())
    pdf = clock_paper.paper(situation(hall.clerk, accepted_case(hall, version)), "decision")
    assert pdf is not None
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 3


def test_a_clock_the_case_has_not_has_no_paper(hall):
    assert clock_paper.paper(situation(hall.clerk, make_case(hall)), "delivery") is None
    assert clock_paper.paper(situation(hall.clerk, accepted_case(hall)), "step", "no such step") is None


def test_the_same_moment_gives_the_same_bytes(hall):
    case = reviewed(hall)
    one, two = (clock_paper.paper(situation(hall.approver, case), "decision") for _ in range(2))
    assert one == two
