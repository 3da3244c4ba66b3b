"""What goes out: each text reads, names docket and item only, and goes once (law 13, P4)."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from approvals.cases import actions, messages, registration
from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from hall.access import inboxes
from hall.access.models import User
from hall.facts.models import Setting
from hall.organisation import departure
from hall.outbox import texts
from hall.outbox.models import Message
from hall.privacy.detector import personal_kinds
from tests.approvals.cases.ways import FRIDAY, LATER, WAYS, delivered, lapse_rule, noticed, with_promise, withdrawn
from tests.builders import MONDAY, Hall, make_case, moment, person

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "templates" / "outbox"
# Other rooms write to staff as well, of other things than a case.
OURS = ("applicant_", "staff_deemed_", "staff_due_", "staff_hand", "staff_lapsed", "staff_over_", "staff_pause_")
TEMPLATES = sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem.startswith(OURS))
FACTS = {"item": "食品经营许可", "due": "5月18日（周一）", "ground": "专家评审", "days": 3, "clock": "决定"}
DOCKET = "130302001220260413000028"


def told(case: Case, channel: str = "sms") -> list[str]:
    found = Message.objects.filter(docket=case.docket, channel=channel).order_by("created_at", "pk")
    return [message.template for message in found]


# --- the texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_has_title_and_body_without_a_gap(template):
    text = texts.render(template=template, docket=DOCKET, context=FACTS)
    assert text.title
    assert text.body.endswith("。")
    assert "“”" not in text.body
    assert not re.search(r"[{}]|None|请在前|到 ，|（）", text.title + text.body)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_names_the_case_and_the_matter(template):
    body = texts.render(template=template, docket=DOCKET, context=FACTS).body
    assert DOCKET in re.sub(r"[ -]", "", body)
    assert "食品经营许可" in body


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_asks_for_nothing_but_its_facts(template):
    """No name, no number, no code: the template cannot even mention them."""
    asked = set(re.findall(r"{{\s*(\w+)", (FOLDER / f"{template}.txt").read_text(encoding="utf-8")))
    assert asked <= {"docket", "item", "due", "ground", "days", "clock"}


@pytest.mark.parametrize("template", [t for t in TEMPLATES if t.startswith("applicant_")])
def test_a_text_for_citizens_fits_three_short_messages(template):
    text = texts.render(template=template, docket=DOCKET, context=FACTS)
    assert len(text.title + text.body) <= 201


# --- which act tells what --------------------------------------------------------------------------------------------

TOLD = {
    CaseState.RECEIVED: ["received"],
    CaseState.SUPPLEMENTING: ["received", "supplement"],
    CaseState.REVIEWING: ["received", "accepted"],
    CaseState.PAUSED: ["received", "accepted", "paused"],
    CaseState.GRANTED: ["received", "accepted", "granted"],
    CaseState.DENIED: ["received", "accepted", "denied"],
    CaseState.DELIVERED: ["received", "accepted", "granted", "delivered"],
    CaseState.NOT_REQUIRED: ["received", "ended"],
    CaseState.REFUSED: ["received", "ended"],
    CaseState.WITHDRAWN: ["received", "accepted", "ended"],
    CaseState.RETURNED: ["received", "accepted", "ended"],
    CaseState.VOIDED: ["received", "accepted"],
}


@pytest.fixture(scope="module")
def made(house: Hall) -> dict[CaseState, Case]:
    return {state: WAYS[state](house) for state in TOLD}


@pytest.mark.parametrize("state", TOLD)
def test_the_applicant_is_told_of_every_turn_once(made, state):
    assert told(made[state]) == [f"applicant_{name}" for name in TOLD[state]]


@pytest.mark.parametrize("state", TOLD)
def test_no_row_holds_anything_personal(made, state):
    party = made[state].parties.get()
    for row in Message.objects.filter(docket=made[state].docket).values():
        said = str({k: v for k, v in row.items() if k not in ("id", "recipient_ref", "docket", "dedupe_key")})
        assert party.name not in said
        assert party.phone not in said
        assert not personal_kinds(str(row["context"].get("item")))


@pytest.mark.parametrize("state", TOLD)
def test_every_queued_text_can_be_rendered_as_queued(made, state):
    for row in Message.objects.filter(docket=made[state].docket):
        text = texts.render(template=row.template, docket=row.docket, context=row.context)
        assert "None" not in text.body
        assert "“”" not in text.body


def test_the_same_message_twice_is_one_row(made):
    case = made[CaseState.REVIEWING]
    for _ in range(3):
        messages.tell_applicant(case, "accepted", at=LATER)
    assert told(case).count("applicant_accepted") == 1


def test_the_same_text_for_a_later_version_is_another_message(house):
    case = noticed(house)
    actions.notify_supplement(
        case, by=house.clerk, at=FRIDAY, items=[{"name": "图纸", "requirement": "补交"}], reason="新问题"
    )
    assert told(case).count("applicant_supplement") == 2


def test_an_imported_case_raises_no_message(house):
    case = make_case(house)
    Message.objects.filter(docket=case.docket).delete()
    case.imported = True
    messages.tell_applicant(case, "accepted", at=MONDAY)
    messages.tell_staff(case, "handed_over", at=MONDAY, staff_id=house.clerk.staff_id, key="1")
    assert not Message.objects.filter(docket=case.docket).exists()


def test_what_lapses_by_rule_is_told(house):
    lapse_rule(house)
    assert told(actions.lapse(noticed(house), at=LATER))[-1] == "applicant_lapsed"


def test_deemed_acceptance_tells_applicant_and_handler(house):
    case = actions.deem_accepted(make_case(house), at=moment("2026-04-21 00:00:05"))
    assert told(case)[-1] == "applicant_deemed_accepted"
    assert "staff_deemed_accepted" in told(case, "inbox")


def test_whoever_takes_over_is_told(house):
    case = actions.hand_over(make_case(house), by=house.chief, at=FRIDAY, to=house.other_clerk.staff, reason="调班")
    row = Message.objects.get(docket=case.docket, template="staff_handed_over")
    assert row.recipient_ref == str(house.other_clerk.staff_id)


@pytest.mark.parametrize(
    ("day", "spoken"),
    [("2026-05-18", "5月18日（周一）"), ("2026-01-01", "1月1日（周四）"), ("2026-12-27", "12月27日（周日）")],
)
def test_a_day_is_spoken_with_its_weekday(day, spoken):
    assert messages.spoken_day(moment(f"{day} 00:00").date()) == spoken


# --- where they go ---------------------------------------------------------------------------------------------------


def test_the_applicant_is_reached_by_telephone(house):
    case = make_case(house, applicant=person(phone="138 1234 5678"))
    assert registration.applicant_address(str(case.pk)).phone == "13812345678"


def test_the_proxy_is_reached_instead(house):
    proxy = person("李四", phone="13987654321", mandate="代为申请和领取")
    case = make_case(house, applicant=person(phone="13812345678"), proxy=proxy)
    assert registration.applicant_address(str(case.pk)).phone == "13987654321"


@pytest.mark.parametrize("proxy", [False, True])
def test_without_a_number_nobody_is_reached(house, proxy):
    """A proxy without a number is not passed over in favour of somebody who gave the matter away."""
    facts = {"proxy": person("李四", phone="", mandate="代为申请")} if proxy else {}
    case = make_case(house, applicant=person(phone="13812345678" if proxy else ""), **facts)
    assert registration.applicant_address(str(case.pk)) is None


def test_staff_are_reached_by_their_account(house):
    assert inboxes.inbox_of(str(house.clerk.staff_id)).user_id == str(house.clerk.pk)


def test_a_closed_account_is_not_reached(house):
    User.objects.filter(pk=house.clerk.pk).update(is_active=False)
    assert inboxes.inbox_of(str(house.clerk.staff_id)) is None


def test_an_address_shows_nothing_in_a_log(house):
    case = make_case(house, applicant=person(phone="13812345678"))
    assert "138" not in repr(registration.applicant_address(str(case.pk)))


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_open_cases_stand_in_the_way_of_leaving(house):
    for _ in range(2):
        make_case(house)
    held = Case.objects.open().filter(handler=house.clerk.staff).count()
    assert registration.open_cases_of(house.clerk.staff) == f"名下还有 {held} 件未办结的办件，请先移交。"


def test_closed_cases_do_not(house):
    Case.objects.open().filter(handler=house.clerk.staff).update(handler=house.chief.staff)
    delivered(house)
    withdrawn(house)
    assert registration.open_cases_of(house.clerk.staff) is None


def test_what_was_handed_over_no_longer_does(house):
    Case.objects.open().filter(handler=house.clerk.staff).update(handler=house.chief.staff)
    actions.hand_over(make_case(house), by=house.chief, at=FRIDAY, to=house.other_clerk.staff, reason="离岗")
    assert registration.open_cases_of(house.clerk.staff) is None
    assert registration.open_cases_of(house.other_clerk.staff)


def test_the_organisation_was_told_to_ask():
    assert registration.open_cases_of in departure.__dict__.get("_checks", departure.__dict__.values())


# --- consequences that the sweep could not draw ----------------------------------------------------------------------


@pytest.mark.parametrize("state", ["denied", "returning"])
def test_a_promise_overdue_in_a_state_that_cannot_lapse_does_not_poison_the_sweep(house, state):
    lapse_rule(house, "supplement")
    case = with_promise(house)
    if state == "denied":
        actions.deny(case, by=house.approver, at=FRIDAY, reason="不符合")
    else:
        actions.propose_return(case, by=house.clerk, at=FRIDAY, reason="材料不真实")
    assert case.docket not in sweep(at=LATER).parked
    assert Case.objects.get(pk=case.pk).state == state


# --- nobody is woken by the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("2026-04-21 00:00:05", "2026-04-21 09:00"),
        ("2026-04-21 08:59:59", "2026-04-21 09:00"),
        ("2026-04-21 09:00", "2026-04-21 09:00"),
        ("2026-04-21 17:59:59", "2026-04-21 17:59:59"),
        ("2026-04-21 18:00", "2026-04-22 09:00"),
        ("2026-05-01 00:00:05", "2026-05-06 09:00"),  # the five days of 劳动节
        ("2026-05-09 00:00:05", "2026-05-09 09:00"),  # a Saturday that is worked
        ("2026-05-10 12:00", "2026-05-11 09:00"),  # a Sunday
    ],
)
def test_t22_what_the_clock_did_at_midnight_is_told_on_a_working_day(house: Hall, at: str, sent: str) -> None:
    case = make_case(house, at=moment("2026-04-13 10:00"))
    sweep(at=moment(at))
    assert Case.objects.get(pk=case.pk).deemed_accepted
    message = Message.objects.get(docket=case.docket, template="applicant_deemed_accepted")
    assert message.available_at == moment(sent)


def test_t22_a_center_sets_its_own_hours(house: Hall) -> None:
    day = date(2026, 4, 1)
    for key, hour in (("cases.tell_from_hour", 8), ("cases.tell_until_hour", 12)):
        Setting.objects.create(key=key, center=house.center, value=hour, source="中心规定", effective_from=day)
    case = make_case(house)
    assert messages.awake(case, moment("2026-04-21 07:00")) == moment("2026-04-21 08:00")
    assert messages.awake(case, moment("2026-04-21 12:00")) == moment("2026-04-22 08:00")


def test_t22_what_a_person_did_is_told_at_once(house: Hall) -> None:
    case = make_case(house, at=moment("2026-04-13 22:00"))
    assert Message.objects.get(docket=case.docket).available_at == moment("2026-04-13 22:00")
