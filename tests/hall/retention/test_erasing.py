"""When the years are over what names somebody goes, everywhere; what happened stays (P11, U08)."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from approvals.cases import actions as cases
from approvals.cases.actions.keeping import GONE
from approvals.cases.models import Attachment, Case, OfficialDocument, Party, QueryCode
from hall.access.enums import Role
from hall.conduct.models import Complaint
from hall.evaluation.enums import Grade
from hall.evaluation.models import Evaluation
from hall.facts.models import Setting
from hall.ledger.models import Event, Heartbeat
from hall.retention import actions, queries, tasks
from hall.retention.clock import anniversary
from hall.retention.kinds import kinds
from hall.retention.models import Erased
from tests.builders import MONDAY, Hall, accepted_case, identity_number, make_staff, make_user, moment, person
from tests.hall.conduct.builders import decided
from tests.hall.evaluation.builders import given, invited
from tests.hall.ledger.builders import behind_the_triggers
from tests.privacy import evidence

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
IDENTITY = identity_number(77)


AT = moment("2026-11-20 02:00")


def ended(row: Model, column: str, *, years: int, days: int) -> None:
    """As if the record had ended so long ago that at AT it is `days` after the last day of its years."""
    day = anniversary(AT.date() - timedelta(days=days), -years)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with behind_the_triggers(table) as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [moment(f"{day} 10:00"), row.pk])


@pytest.fixture
def closed(hall: Hall) -> Case:
    """A case of a permit, with a paper, a scan, a code and an applicant, closed on the day it was filed."""
    case = accepted_case(hall, applicant=person("张小明", identity=IDENTITY, address="海港区某路 1 号"))
    cases.attach(case, content=PNG, label="图纸", by=hall.clerk, at=MONDAY)
    case.refresh_from_db()
    return cases.withdraw(case, reason="申请人要求", by=hall.clerk, at=MONDAY, seen=case.version)


@pytest.fixture
def over(closed: Case) -> Case:
    """The same, a day after its thirty years."""
    ended(closed, "closed_at", years=30, days=1)
    return closed


def run(at: datetime = AT) -> int:
    return actions.erase_due(at=at, batch=2)


def test_p11_nothing_goes_on_the_last_day(closed: Case) -> None:
    ended(closed, "closed_at", years=30, days=0)
    assert run() == 0
    assert Party.objects.get(case=closed).identity == IDENTITY


def test_p11_everything_personal_goes_the_day_after(over: Case, django_capture_on_commit_callbacks: Any) -> None:
    stored = Attachment.objects.get().storage_key
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == 1
    party = Party.objects.get(case=over)
    assert {party.name, party.identity, party.phone, party.address} == {""}
    assert {party.name_index, party.identity_index, party.phone_index} == {""}
    assert not Attachment.objects.exists()
    assert not default_storage.exists(stored)
    assert not QueryCode.objects.exists()
    for paper in OfficialDocument.objects.all():
        assert not paper.snapshot
        assert not paper.content
    over.refresh_from_db()
    assert over.closing_reason == GONE
    assert over.decision_reason == ""


def test_p11_the_ledger_keeps_a_stub_that_names_nobody(over: Case) -> None:
    before = Event.objects.filter(docket=over.docket).count()
    run()
    event = Event.objects.get(kind="retention.erased")
    assert (event.docket, event.data) == (over.docket, {"label": "行政许可办件", "years": 30})
    assert Event.objects.filter(docket=over.docket).count() == before + 1
    assert "张小明" not in evidence.tables()["public.ledger_event"]
    stub = Erased.objects.get()
    assert (stub.reference, stub.ended_on, stub.years) == (over.docket, date(1996, 11, 19), 30)


def test_p11_a_held_number_stays_and_goes_when_it_is_lifted(hall: Hall, over: Case) -> None:
    hold = actions.place_hold(
        reference=over.docket, center=hall.center, reason="行政诉讼", by=hall.supervisor, at=MONDAY
    )
    assert run() == 0
    (line,) = [one for one in queries.overview(hall.center, AT.date()) if one.held]
    assert (line.due, line.held) == (0, 1)
    actions.propose_lifting(hold=hold, reason="诉讼终结", by=hall.supervisor, at=MONDAY)
    actions.lift(hold=hold, by=make_user(Role.SUPERVISOR, make_staff(center=hall.center)), at=MONDAY)
    assert run() == 1


def test_p11_open_cases_are_kept(hall: Hall) -> None:
    case = accepted_case(hall)
    Case.objects.filter(pk=case.pk).update(received_at=moment("1960-01-04 09:00"))
    assert run() == 0


def test_p11_an_evaluation_loses_its_words_and_keeps_its_grade(hall: Hall) -> None:
    row = given(invited(hall), Grade.BAD, text="我是张小明", phone="13800000000", anonymous=False)
    ended(row, "given_at", years=3, days=1)
    assert run() == 1
    row = Evaluation.objects.get(pk=row.pk)
    assert (row.text, row.phone, row.grade) == ("", None, Grade.BAD)
    assert not Event.objects.filter(kind="retention.erased").exists()
    assert Event.objects.get(kind="retention.run").data["count"] == 1


def test_p11_a_complaint_loses_its_words_and_keeps_its_outcome(hall: Hall) -> None:
    row = decided(hall)
    ended(row, "decided_at", years=10, days=1)
    assert run() == 1
    row = Complaint.objects.get(pk=row.pk)
    assert {row.text, row.contact, row.contact_name, row.about, row.report, row.answer} == {""}
    assert row.outcome == "upheld"


def test_a_second_run_finds_nothing(over: Case) -> None:
    assert [run(), run()] == [1, 0]


def test_batches_go_on_to_the_end(hall: Hall) -> None:
    for _ in range(5):
        ended(given(invited(hall)), "given_at", years=3, days=1)
    assert run() == 5


def test_a_centers_own_number_of_years_holds_there(hall: Hall) -> None:
    row = given(invited(hall))
    Setting.objects.create(
        key="retention.evaluation", center=hall.center, value=5, source="本厅规定", effective_from=date(2026, 1, 1),
        added_by=hall.admin, added_at=MONDAY,
    )  # fmt: skip
    ended(row, "given_at", years=5, days=0)
    assert run() == 0
    ended(row, "given_at", years=5, days=1)
    assert run() == 1


def test_the_command_counts_before_it_erases(hall: Hall) -> None:
    ended(given(invited(hall)), "given_at", years=3, days=9)
    out = StringIO()
    call_command("erase_expired", "--dry-run", stdout=out)
    assert "好差评：1 件" in out.getvalue()
    assert not Erased.objects.exists()
    call_command("erase_expired", stdout=out)
    assert "已清除 1 件" in out.getvalue()
    assert Heartbeat.objects.get(name="retention").note == "1"
    assert tasks.erase() == 0


def test_every_kind_has_years_and_a_source() -> None:
    known = {kind.setting for kind in kinds()}
    assert known == set(Setting.objects.filter(key__startswith="retention.").values_list("key", flat=True))


def test_pages_of_an_erased_case_open(hall: Hall, over: Case) -> None:
    """The stub is still a case: its page, its papers and its look-up answer in words, not with an error."""
    paper = OfficialDocument.objects.filter(case=over).first()
    run()
    client = Client()
    client.force_login(hall.chief)
    assert client.get(reverse("cases:detail", kwargs={"docket": over.docket})).status_code == 200
    assert paper is not None
    assert client.get(reverse("cases:document", kwargs={"pk": paper.pk})).status_code == 404


def test_u08_events_are_kept_whatever_is_purged(over: Case) -> None:
    """网络安全法: at least six months; here nothing ever removes an event."""
    before = Event.objects.count()
    call_command("purge_ledger", stdout=StringIO())
    run()
    assert Event.objects.count() > before
