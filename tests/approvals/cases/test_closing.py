"""A case that ends may be evaluated once: invited in the same transaction, told by message, printed on the paper."""

import json
from datetime import datetime

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from approvals.cases import actions, closing, papers, public_page, typesetting
from approvals.cases.doings import doings
from approvals.cases.enums import CLOSED, CaseState, CorrectableField
from approvals.cases.models import Case
from approvals.cases.situations import Situation, visible_case
from hall.access.enums import Role
from hall.evaluation import actions as evaluation
from hall.evaluation import tokens
from hall.evaluation.actions import Answer
from hall.evaluation.models import Invitation
from hall.outbox import texts
from hall.outbox.models import Message
from hall.privacy import cipher
from tests.approvals.cases import acting
from tests.approvals.cases.acting import as_user
from tests.approvals.cases.ways import FRIDAY, LATER, WAYS, lapsed, make_case
from tests.builders import Hall, make_staff, make_user, moment

pytestmark = pytest.mark.django_db
S = CaseState
INVITED = {S.DELIVERED, S.NOT_REQUIRED, S.REFUSED, S.WITHDRAWN, S.LAPSED, S.RETURNED}


def invitation(case: Case) -> Invitation | None:
    return Invitation.objects.live().filter(docket=case.docket).first()


@pytest.mark.parametrize("state", list(CaseState))
def test_who_is_invited(house, state):
    case = WAYS[state](house)
    # An archived case was delivered before, and invited then.
    assert (invitation(case) is not None) is (state in INVITED | {S.ARCHIVED})
    assert set(closing.EVALUATED) == INVITED


def test_an_invitation_says_what_was_closed_and_by_whom(hall):
    case = WAYS[S.DELIVERED](hall)
    row = invitation(case)
    assert (row.center, row.department, row.window, row.handler) == (
        hall.center, hall.department, hall.window, case.handler,
    )  # fmt: skip
    assert (row.item_code, row.item_name) == (case.version_filed.item.code, case.version_filed.name)
    assert (row.closed_at, row.channel) == (FRIDAY, "window")


def test_a_closing_that_fails_invites_nobody(hall):
    case = WAYS[S.GRANTED](hall)
    with transaction.atomic():
        actions.deliver(case, by=hall.clerk, at=FRIDAY, method="collected")
        assert invitation(case) is not None
        transaction.set_rollback(True)
    assert invitation(case) is None


def test_imported_cases_are_not_asked_about(hall):
    case = WAYS[S.GRANTED](hall)
    Case.objects.filter(pk=case.pk).update(imported=True)
    actions.deliver(Case.objects.get(pk=case.pk), by=hall.clerk, at=FRIDAY, method="collected")
    assert invitation(case) is None
    assert "evaluation_qr" not in snapshot(case, "delivery_receipt")


def undone(hall: Hall, case: Case, at: datetime) -> Case:
    row = actions.propose_correction(
        case, by=hall.clerk, at=at, field=CorrectableField.LAPSE, value="", reason="材料其实到了"
    )
    actions.review_correction(row, by=hall.approver, at=at, agreed=True)
    return Case.objects.get(pk=case.pk)


def test_an_end_undone_takes_the_invitation_back(hall):
    case = lapsed(hall)
    first = invitation(case)
    case = undone(hall, case, LATER)
    assert invitation(case) is None
    actions.withdraw(case, by=hall.clerk, at=moment("2026-06-03 09:00"), reason="不办了")
    again = invitation(case)
    assert again is not None
    assert again.pk != first.pk
    assert Invitation.objects.filter(docket=case.docket).count() == 2


# --- the message ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(INVITED))
def test_the_message_of_the_end_carries_the_link(house, state):
    case = WAYS[state](house)
    message = Message.objects.filter(docket=case.docket, channel="sms").order_by("created_at", "pk").last()
    link = tokens.link(case.docket, "message")
    assert link not in str(message.context)  # derived when it is sent, kept nowhere
    body = texts.render(template=message.template, docket=case.docket, context=message.context).body
    assert f"：{link} 。" in body


# --- the papers ----------------------------------------------------------------------------------------------------


def snapshot(case: Case, kind: str) -> dict:
    document = case.documents.get(kind=kind)
    place = f"cases_officialdocument.content.{document.pk}"
    return json.loads(cipher.decrypt(document.snapshot, context=place))


@pytest.mark.parametrize(
    ("state", "kind"),
    [(S.DELIVERED, "delivery_receipt"), (S.WITHDRAWN, "termination"), (S.RETURNED, "termination"),
     (S.LAPSED, "termination")],
)  # fmt: skip
def test_the_paper_of_the_end_has_the_code(house, state, kind):
    case = WAYS[state](house)
    data = snapshot(case, kind)
    assert data["evaluation_qr"] == typesetting.qr_svg(tokens.link(case.docket, "qr"))
    assert data["evaluation_url"] == papers.lookup_url()
    assert papers.content_of(case.documents.get(kind=kind)).startswith(b"%PDF")


def test_an_older_snapshot_still_sets(house):
    data = snapshot(WAYS[S.DELIVERED](house), "delivery_receipt")
    bare = {key: value for key, value in data.items() if not key.startswith("evaluation_")}
    assert typesetting.render("delivery_receipt", 1, bare) != typesetting.render("delivery_receipt", 1, data)


# --- the pages -----------------------------------------------------------------------------------------------------


def test_the_citizen_is_asked_after_the_end(hall):
    case = acting.delivered(hall)
    page = public_page.build(case, at=acting.now())
    assert page.evaluating.url == tokens.link(case.docket, "lookup")
    assert not page.evaluating.given


@pytest.mark.parametrize("state", sorted(set(CaseState) - set(CLOSED) | {S.VOIDED}))
def test_nobody_is_asked_before(house, state):
    assert public_page.build(WAYS[state](house), at=FRIDAY).evaluating is None


def test_the_door_is_shut_when_the_days_are_over(hall):
    assert public_page.build(WAYS[S.DELIVERED](hall), at=moment("2026-11-01 09:00")).evaluating is None


def given(case: Case, *, anonymous: bool, grade: int = 1) -> None:
    row = invitation(case)
    answer = Answer(
        grade=grade,
        reasons=("b8",) if grade < 3 else ("g8",),
        anonymous=anonymous,
        phone="" if anonymous else "13800000000",
    )
    evaluation.give(invitation=row, answer=answer, via="lookup", origin="citizen", at=timezone.now())


def test_an_anonymous_answer_changes_nothing_on_the_citizens_page_nor_on_the_clerks(hall):
    case = acting.delivered(hall)
    before = public_page.build(case, at=timezone.now()).evaluating, doing(case, hall.clerk)
    given(case, anonymous=True)
    assert (public_page.build(case, at=timezone.now()).evaluating, doing(case, hall.clerk)) == before


@pytest.mark.parametrize(("grade", "followed"), [(1, True), (5, False)])
def test_once_signed_it_is_thanked_for_and_followed_where_it_was_bad(hall, grade, followed):
    case = acting.delivered(hall)
    given(case, anonymous=False, grade=grade)
    page = public_page.build(case, at=timezone.now())
    assert (page.evaluating.given, page.evaluating.url) == (True, "")
    assert (page.evaluating.progress is not None) is followed
    text = render_to_string("cases/progress.html", {"page": page, "at": timezone.now()})
    assert ("处理进展" in text, "已评价" in text) == (followed, not followed)
    assert doing(case, hall.clerk)[:2] == ("moot", "这件办件现在不能请评。")


def test_the_page_asks_with_a_link(hall):
    case = acting.delivered(hall)
    text = render_to_string("cases/progress.html", {"page": public_page.build(case, at=acting.now()), "at": FRIDAY})
    assert f'href="{tokens.link(case.docket, "lookup")}"' in text
    assert "差评也照样收下" in text


def doing(case: Case, user) -> tuple[str, str, str]:
    found = doings(Situation(visible_case(user, case.docket), user, acting.now()))
    one = next(d for d in found if d.name == "ask_evaluation")
    return one.verdict.value, one.why, one.url


def test_the_clerk_may_ask_once_it_is_over(hall):
    case = acting.delivered(hall)
    url = reverse("evaluation:ask", kwargs={"docket": case.docket})
    assert doing(case, hall.clerk) == ("ready", "", url)
    assert doing(case, hall.supervisor)[0] == "person"
    assert doing(case, make_user(Role.CLERK, make_staff(center=hall.center)))[0] == "ready"  # 综合窗口
    assert doing(acting.reviewing(hall), hall.clerk)[:2] == ("state", "办结以后才能请办事人评价。")
    text = as_user(hall.clerk).get(f"/work/cases/{case.docket}/").content.decode()
    assert url in text


def test_a_voided_case_is_not_asked_about(hall):
    case = actions.void(make_case(hall, at=acting.now()), by=hall.chief, at=acting.now(), reason="重复录入")
    assert doing(case, hall.clerk)[:2] == ("moot", "这件办件现在不能请评。")
