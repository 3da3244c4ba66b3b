"""The citizen's secret: how it is made, read, bound to its case, sealed and forgotten (law 13; ASVS 6.5.4)."""

import math
import re
from datetime import UTC, timedelta

import pytest

from approvals.cases import actions, codes
from approvals.cases.models import Case, QueryCode
from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.privacy.cipher import DecryptionFailed
from tests.builders import MONDAY, Hall, make_case, moment

pytestmark = pytest.mark.django_db
SAMPLE = "7KQM2XH4P"


@pytest.fixture(scope="module")
def case(house: Hall) -> Case:
    return make_case(house)


def stored(case: Case) -> QueryCode:
    return QueryCode.objects.get(case=case)


# --- the code itself -------------------------------------------------------------------------------------------------


def test_a_code_has_at_least_forty_bits():
    assert codes.LENGTH * math.log2(len(codes.ALPHABET)) >= 44


def test_the_alphabet_survives_the_telephone():
    assert not set("01OILU") & set(codes.ALPHABET)
    assert len(set(codes.ALPHABET)) == len(codes.ALPHABET)


def test_codes_use_the_whole_alphabet_and_nothing_else():
    drawn = "".join(codes.make() for _ in range(400))
    assert set(drawn) == set(codes.ALPHABET)
    assert len(drawn) == 400 * codes.LENGTH


def test_codes_do_not_repeat():
    assert len({codes.make() for _ in range(2000)}) == 2000


def test_each_place_is_drawn_evenly():
    """3,000 draws of a fair alphabet: no letter of the first place is three times as common as it should be."""
    first = [codes.make()[0] for _ in range(3000)]
    assert max(map(first.count, codes.ALPHABET)) < 3 * 3000 / len(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "7KQM2XH4P",
        "7kqm2xh4p",
        "7KQ M2X H4P",
        "7KQ-M2X-H4P",
        " 7kq　m2x　h4p ",
        "７ＫＱＭ２ＸＨ４Ｐ",
        "７ｋｑ—ｍ２ｘ—ｈ４ｐ",
        "7KQ.M2X.H4P",
    ],
)
def test_it_is_read_as_people_type_it(typed):
    assert codes.canonical(typed) == SAMPLE


@pytest.mark.parametrize("typed", ["", "   ", "---", "。，"])
def test_nothing_typed_is_nothing(typed):
    assert codes.canonical(typed) == ""


def test_it_is_spoken_in_threes():
    assert codes.spoken(SAMPLE) == "7KQ M2X H4P"
    assert codes.canonical(codes.spoken(SAMPLE)) == SAMPLE


# --- the digest ------------------------------------------------------------------------------------------------------


def test_equal_codes_of_two_cases_do_not_look_alike():
    assert codes.digest("130302001220260413000028", SAMPLE) != codes.digest("130302001220260413000036", SAMPLE)


def test_docket_and_code_cannot_be_shifted_into_each_other():
    assert codes.digest("13030", "2ABC") != codes.digest("130302", "ABC")


def test_the_digest_is_keyed_and_of_full_length(settings):
    before = codes.digest("D", SAMPLE)
    settings.INDEX_KEY = "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcyE="
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    assert codes.digest("D", SAMPLE) != before


def test_the_right_code_matches(case):
    code = codes.pending(case, at=MONDAY)
    assert codes.matches(case.docket, code, stored(case).digest)


@pytest.mark.parametrize("wrong", ["", "7KQM2XH4", "AAAAAAAAA", "7KQM2XH4P7KQM2XH4P"])
def test_another_code_does_not_match(case, wrong):
    assert not codes.matches(case.docket, wrong, stored(case).digest)


def test_the_code_of_one_case_opens_no_other(house, case):
    other = make_case(house)
    assert not codes.matches(other.docket, codes.pending(case, at=MONDAY), stored(other).digest)


@pytest.mark.parametrize("missing", [None, ""])
def test_where_there_is_no_code_nothing_matches_not_even_the_stand_in(missing):
    assert not codes.matches("D", codes.NO_CODE, missing)
    assert not codes.matches("D", "", missing)


def test_the_work_is_the_same_where_there_is_nothing_to_compare(case, monkeypatch):
    """Counted, not timed: one digest and one comparison for a known docket, an unknown one and an empty code."""
    calls: list[str] = []
    digest, same = codes.keyed_digest, codes.same_digest
    monkeypatch.setattr(codes, "keyed_digest", lambda *a: calls.append("digest") or digest(*a))
    monkeypatch.setattr(codes, "same_digest", lambda *a: calls.append("same") or same(*a))
    work = []
    for known, code in ((stored(case).digest, SAMPLE), (None, SAMPLE), (None, "")):
        calls.clear()
        codes.matches("130302001220260413000028", code, known)
        work.append(tuple(calls))
    assert set(work) == {("digest", "same")}


# --- sealed until printed --------------------------------------------------------------------------------------------


def test_the_row_holds_no_clear_code(case):
    code = codes.pending(case, at=MONDAY)
    row = QueryCode.objects.filter(case=case).values().get()
    assert code not in str(row)


def test_the_code_waits_for_the_printer(case):
    assert re.fullmatch(f"[{codes.ALPHABET}]{{9}}", codes.pending(case, at=MONDAY))


@pytest.mark.parametrize(("hours", "waits"), [(0, True), (23.99, True), (24, False), (48, False)])
def test_it_waits_twenty_four_hours_at_most(case, hours, waits):
    assert bool(codes.pending(case, at=MONDAY + timedelta(hours=hours))) is waits


def test_a_center_may_shorten_the_wait(house):
    Setting.objects.create(
        key="cases.query_code_hours", center=house.center, value=2, source="中心规定", effective_from=MONDAY.date()
    )
    assert stored(make_case(house)).sealed_until == MONDAY + timedelta(hours=2)


def test_the_setting_of_the_beijing_day_holds(house):
    """00:30 in Beijing on the day a setting takes effect is still the day before in UTC (law 15)."""
    Setting.objects.create(
        key="cases.query_code_hours", center=house.center, value=2, source="中心规定", effective_from=MONDAY.date()
    )
    at = moment("2026-04-13 00:30").astimezone(UTC)
    case = make_case(house, at=at)
    assert stored(case).sealed_until - at == timedelta(hours=2)


def test_printing_forgets_it_and_leaves_the_digest(house, case):
    code = codes.pending(case, at=MONDAY)
    actions.confirm_printed(case, by=house.clerk, at=MONDAY + timedelta(minutes=3))
    row = stored(case)
    assert (row.sealed, row.sealed_until, row.printed_at) == ("", None, MONDAY + timedelta(minutes=3))
    assert codes.matches(case.docket, code, row.digest)


def test_a_second_confirmation_keeps_the_first_moment(house, case):
    for minutes in (3, 9):
        actions.confirm_printed(case, by=house.clerk, at=MONDAY + timedelta(minutes=minutes))
    assert stored(case).printed_at == MONDAY + timedelta(minutes=3)


def test_what_was_never_confirmed_is_cleared_and_counted(house, case):
    other = make_case(house, at=MONDAY + timedelta(hours=12))
    assert codes.forget_expired(at=MONDAY + timedelta(hours=24)) == 1
    assert (stored(case).sealed, stored(case).printed_at) == ("", None)
    assert stored(other).sealed


def test_clearing_twice_clears_nothing_more(case):
    codes.forget_expired(at=MONDAY + timedelta(hours=30))
    assert codes.forget_expired(at=MONDAY + timedelta(hours=30)) == 0


def test_a_sealed_code_moved_to_another_case_does_not_open(house, case):
    other = make_case(house)
    QueryCode.objects.filter(case=other).update(sealed=stored(case).sealed)
    with pytest.raises(DecryptionFailed):
        codes.pending(other, at=MONDAY)


# --- a new code ------------------------------------------------------------------------------------------------------


def renewed(house, case) -> str:
    actions.renew_code(case, by=house.clerk, at=MONDAY + timedelta(days=2), reason="凭证遗失")
    return codes.pending(case, at=MONDAY + timedelta(days=2))


def test_a_new_code_replaces_the_old(house, case):
    old, new = codes.pending(case, at=MONDAY), renewed(house, case)
    assert codes.matches(case.docket, new, stored(case).digest)
    assert not codes.matches(case.docket, old, stored(case).digest)


def test_a_new_code_waits_for_the_printer_again(house, case):
    actions.confirm_printed(case, by=house.clerk, at=MONDAY)
    renewed(house, case)
    row = stored(case)
    assert (row.printed_at, row.sealed_until) == (None, MONDAY + timedelta(days=3))
    assert row.reason == "凭证遗失"


def test_a_new_code_is_on_record_without_the_code(house, case):
    code = renewed(house, case)
    event = Event.objects.get(docket=case.docket, kind="case.code_renewed")
    assert (event.data["reason"], event.actor) == ("凭证遗失", house.clerk)
    assert code not in str(list(Event.objects.filter(docket=case.docket).values_list("data", flat=True)))


def test_no_message_carries_the_code(house, case):
    code = renewed(house, case)
    sent = str(list(Message.objects.filter(docket=case.docket).values()))
    assert code not in sent
    assert codes.spoken(code) not in sent


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_new_code_needs_a_reason(house, case, reason):
    with pytest.raises(Refused, match="理由") as refusal:
        actions.renew_code(case, by=house.clerk, at=MONDAY, reason=reason)
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("who", ["approver", "supervisor", "admin", "auditor"])
def test_only_the_window_hands_out_codes(house, case, who):
    with pytest.raises(NotPermitted, match="收件窗口"):
        actions.renew_code(case, by=getattr(house, who), at=MONDAY, reason="凭证遗失")
    with pytest.raises(NotPermitted, match="收件窗口"):
        actions.confirm_printed(case, by=getattr(house, who), at=MONDAY)
