"""What the room announces: lists about colleagues are for those who watch, and no key breaks the asking."""

import pytest
from django.test import Client

from hall.conduct import parameters as numbers
from hall.dashboard.addresses import Links
from hall.facts import parameters
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import right_of, source_of
from hall.ledger import kinds
from hall.pledges.asking import Question
from hall.workdays.calendars import calendar_for
from tests.builders import Hall
from tests.hall.conduct.builders import MONDAY, decided, found, received

pytestmark = pytest.mark.django_db
CODES = ("patrol.findings", "patrol.rectified_late", "complaints.received", "complaints.upheld")
WATCHED = ("complaints.received", "complaints.upheld", "supervision.yellow", "supervision.red")


@pytest.mark.parametrize("code", WATCHED)
@pytest.mark.parametrize("role", ["clerk", "approver", "chief", "supervisor", "auditor"])
def test_lists_about_colleagues_are_for_those_who_watch(hall: Hall, code: str, role: str) -> None:
    client = Client()
    client.force_login(getattr(hall, role))
    watches = role in ("supervisor", "auditor")
    for address in (f"/work/pledges/facts/{code}/", f"/work/pledges/facts/{code}/export/"):
        assert client.get(address).status_code == (200 if watches else 403), (address, role)


@pytest.mark.parametrize("code", CODES[:2])
def test_what_patrols_found_is_for_everybody_at_work(hall: Hall, code: str) -> None:
    assert right_of(source_of(code)) == ""
    client = Client()
    client.force_login(hall.clerk)
    assert client.get(f"/work/pledges/facts/{code}/").status_code == 200


@pytest.mark.parametrize("code", WATCHED)
def test_the_dashboard_links_only_where_its_reader_may_go(hall: Hall, code: str) -> None:
    question = Question(Slice(parse("2026-10"), centers=frozenset({hall.center.pk})), hall.center)
    assert Links(question, hall.chief).facts(code) == ""
    assert code in Links(question, hall.supervisor).facts(code)
    assert code in Links(question).facts(code), "the wall asks nobody"
    assert "patrol.findings" in Links(question, hall.chief).facts("patrol.findings")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("said", ["", "7", "x", "\x00", "9" * 40, "01976d3a-0000-7000-8000-00000000000", "{}", "我"])
def test_what_is_no_key_does_not_stand(hall: Hall, code: str, said: str) -> None:
    assert source_of(code).standing([f"{code}:{said}", said, f"other:{said}"]) == set()


def test_a_key_stands_beside_nonsense(hall: Hall) -> None:
    row, seen = received(hall), found(hall)
    complaint, finding = f"complaints.received:{row.pk}", f"patrol.findings:{seen.pk}"
    assert source_of("complaints.received").standing([complaint, "complaints.received:x"]) == {complaint}
    assert source_of("patrol.findings").standing(["patrol.findings:\x00", finding]) == {finding}


@pytest.mark.parametrize("code", CODES)
def test_every_source_says_what_counts_and_when(code: str) -> None:
    source = source_of(code)
    assert source.label
    assert source.definition.endswith("。")
    assert "按" in source.definition, "a definition says which moment counts"


def test_a_fact_of_a_complaint_tells_its_number_and_nothing_of_what_was_said(hall: Hall) -> None:
    row = decided(hall)
    october = Slice(parse("2026-10"), None)
    (fact,) = source_of("complaints.upheld").find(october)
    assert (fact.text, fact.staff, fact.occurred_at) == (f"投诉 {row.number} 属实", hall.clerk.staff_id, MONDAY)
    assert fact.url == f"/supervision/complaints/{row.pk}/"
    assert fact.docket == ""


@pytest.mark.parametrize("key", numbers.KEYS, ids=lambda key: key.name)
def test_every_number_has_a_value_with_its_source_and_is_announced(hall: Hall, key: parameters.Key) -> None:
    row = parameters.in_force(key.name, center=hall.center.pk, on=MONDAY.date())
    assert key.least <= row.value <= key.most
    assert row.source
    assert key in parameters.declared()


@pytest.mark.parametrize("name", [numbers.RECTIFY_DAYS, numbers.ACCEPT_DAYS, numbers.DECIDE_DAYS])
def test_a_term_begins_the_day_after_and_ends_with_its_last_working_day(hall: Hall, name: str) -> None:
    days = numbers.number(name, center=hall.center, at=MONDAY)
    due = numbers.due_on(name, center=hall.center, at=MONDAY)
    assert due == calendar_for(hall.center.region_id).add(MONDAY.date(), days).on
    assert due > MONDAY.date()
    over = numbers.late_from(due)
    assert (over - MONDAY).days >= (due - MONDAY.date()).days
    assert over.hour in (0, 16), "midnight of Beijing, told in either zone"


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("patrol.list", {"version": 2, "lines": 18}, "第 2 版，18 项"),
        ("patrol.started", {"windows": 3, "drawn": 2}, "3 个窗口，随机抽取 2 个"),
        ("patrol.finished", {"looked": 9, "problems": 1}, "看了 9 项，问题 1 个"),
        ("patrol.rectification", {"deed": "reopen"}, "退回重改"),
        ("bulletin.published", {"number": "〔2026〕第 1 期"}, "〔2026〕第 1 期"),
        ("complaint.decided", {"number": "TS-1", "verdict": "partly"}, "TS-1 部分属实"),
        ("check.drawn", {"period": "2026-10", "of": 30, "percent": 5}, "2026-10，30 件中抽 5%"),
        ("check.judged", {"verdict": "backdated"}, "倒签"),
    ],
)
def test_an_event_is_told_in_words(kind: str, data: dict[str, object], said: str) -> None:
    render = kinds.kind_of(kind).render
    assert render is not None
    assert render(data) == said
