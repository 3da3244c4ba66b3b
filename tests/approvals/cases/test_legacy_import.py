"""Legacy cases: own numbers and deadlines, all or nothing, no message, no consequence; and the 1,434 real ones."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.urls import reverse

from approvals.cases import actions, figures
from approvals.cases.actions import legacy
from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import CaseState, ClosingCode
from approvals.cases.models import Case, ClockRow, Flag
from hall.facts.errors import Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.workdays.calendars import calendar_for
from tests.builders import make_item_version, moment

pytestmark = pytest.mark.django_db
HEADER = "case_id,channel,startdate,deadline,enddate\n"
ON_TIME = "A1,Desk,2011-10-11T13:42:22+02:00,2011-12-06T13:41:31+01:00,2011-11-06T13:41:31+01:00\n"
LATE = "A2,Desk,2011-10-11T23:42:22+02:00,2011-12-06T13:41:31+01:00,2011-12-07T00:10:00+01:00\n"
OPEN = "A3,Internet,2011-10-11T13:42:22+02:00,2011-12-06T13:41:31+01:00,\n"
BACKWARDS = "A4,Desk,2011-12-12T01:06:40+01:00,2012-02-06T00:00:00+01:00,2011-12-12T00:00:00+01:00\n"


@pytest.fixture
def write(tmp_path, hall):
    version = make_item_version(hall.department, publish=False)
    toml = f"""
[fixed]
item = "{version.item.code}"
handler = "{hall.clerk.staff.number}"
[columns]
number = "case_id"
received = "startdate"
closed = "enddate"
due = "deadline"
channel = "channel"
[channels]
Internet = "online"
Intern = "online"
Desk = "window"
Post = "post"
e-mail = "email"
[events]
number = "case_id"
at = "timestamp"
activity = "activity"
"""
    (tmp_path / "map.toml").write_text(toml)

    def to(*lines: str) -> tuple[str, str]:
        (tmp_path / "cases.csv").write_text(HEADER + "".join(lines))
        return str(tmp_path / "cases.csv"), f"--map={tmp_path / 'map.toml'}"

    return to


def test_closed_case_keeps_its_number_channel_and_times(write):
    call_command("import_cases", *write(ON_TIME))
    case = Case.objects.get(legacy_number="A1")
    assert (case.state, case.channel) == (CaseState.ARCHIVED, "window")
    assert case.received_at == moment("2011-10-11 13:42:22")
    assert case.docket[10:18] == "20111011"


def test_open_case_is_under_review_with_its_own_deadline(write):
    call_command("import_cases", *write(OPEN))
    case = Case.objects.get(legacy_number="A3")
    assert case.state == CaseState.REVIEWING
    assert case.clocks.get().due.isoformat() == "2011-12-06"


def test_late_is_counted_by_day(write):
    call_command("import_cases", *write(ON_TIME, LATE))
    late = ClockRow.objects.filter(ended_on__gt=F("due")).values_list("case__legacy_number", flat=True)
    assert list(late) == ["A2"]


def test_a_clock_of_another_system_ends_with_the_case(write, hall):
    call_command("import_cases", *write(OPEN))
    actions.void(Case.objects.get(), by=hall.chief, at=moment("2026-04-13 09:00"), reason="重复录入")
    row = ClockRow.objects.get()
    assert (row.due, row.ended_on, row.next_look_at) == (date(2011, 12, 6), date(2026, 4, 13), None)


def test_a_case_without_an_applicant_gets_no_paper_and_says_so(write, hall, client):
    call_command("import_cases", *write(OPEN))
    case = Case.objects.get()
    with pytest.raises(Refused, match="没有申请人"):
        actions.grant(case, by=hall.approver, at=moment("2026-04-13 09:00"))
    client.force_login(hall.approver)
    page = reverse("cases:detail", args=[case.docket])
    assert client.get(page).status_code == 200
    words = {
        "propose_correction": {"field": "phone", "value": "13900000000", "reason": "号码变了"},
        "decide": {"granted": "yes"},
    }
    for deed, said in words.items():
        act = reverse("cases:act", args=[case.docket, deed])
        answer = client.post(act, {"version": case.version, **said})
        assert (answer.status_code, Case.objects.get().decided_at) == (422, None)
        assert "没有申请人" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "decided", "under"),
    [("promise", "2011-11-29", "early"), ("instant", "2011-11-29", "early"), ("instant", "2011-12-07", "late")],
)
def test_what_was_decided_elsewhere_is_measured_by_the_day_given_there(hall, kind, decided, under):
    version, end, staff = (
        make_item_version(hall.department, case_kind=kind),
        moment(f"{decided} 10:00"),
        hall.clerk.staff,
    )
    facts = {"version_filed": version, "department": hall.department, "handler": staff, "first_handler": staff}
    facts |= {"decided_at": end, "closed_at": end, "archived_at": end, "granted": True}
    case = Case.objects.create(
        docket="130302999920111011000001", center=hall.center, state=CaseState.ARCHIVED, case_kind=kind,
        channel="window", received_at=moment("2011-10-11 13:42"), accepted_at=moment("2011-10-11 13:42"),
        legacy_number="A5", legacy_due_on=date(2011, 12, 6), imported=True, closing_code=ClosingCode.ISSUED, **facts,
    )  # fmt: skip
    legacy._clock(case, case.legacy_due_on, calendar_for(case.region_code)).save()
    found = figures.measurable(Case.objects.all()).filter(figures.MEASURED)
    said = {"early": figures.ON_TIME & figures.EARLY, "late": figures.LATE}
    assert [name for name, how in said.items() if found.filter(how).exists()] == [under]


def test_end_before_start_is_imported_on_the_same_day_with_a_warning(write, capsys):
    call_command("import_cases", *write(BACKWARDS))
    case = Case.objects.get(legacy_number="A4")
    assert case.closed_at == case.received_at
    assert "注意 第 2 行 enddate" in capsys.readouterr().out


def test_n16_second_run_skips_everything(write, capsys):
    files = write(ON_TIME, OPEN)
    call_command("import_cases", *files)
    call_command("import_cases", *files)
    assert Case.objects.count() == 2
    assert "跳过 2 件" in capsys.readouterr().out


def test_dry_run_changes_nothing(write):
    call_command("import_cases", *write(ON_TIME), "--dry-run")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("A9,Desk,yesterday,,\n", "不是时间"),
        ("A9,Pigeon,2011-10-11T13:42:22+02:00,,\n", "渠道“Pigeon”在对照表里没有"),
        (",Desk,2011-10-11T13:42:22+02:00,,\n", "编号和收件时间都要有"),
    ],
)
def test_bad_row_is_named_and_stops_all(write, capsys, line, sentence):
    with pytest.raises(CommandError, match="什么都没有导入"):
        call_command("import_cases", *write(ON_TIME, line))
    said = capsys.readouterr().err
    assert "第 3 行" in said
    assert sentence in said
    assert not Case.objects.exists()


def test_number_twice_in_the_file_is_an_error(write):
    with pytest.raises(CommandError):
        call_command("import_cases", *write(ON_TIME, ON_TIME))


def test_unknown_item_is_a_sentence(write, tmp_path):
    cases, legacy = write(ON_TIME)
    path = Path(legacy.removeprefix("--map="))
    path.write_text(path.read_text().replace('item = "', 'item = "NO'))
    with pytest.raises(CommandError, match="请先导入事项目录"):
        call_command("import_cases", cases, legacy)


def test_import_and_sweep_raise_no_message_and_no_consequence(write):
    call_command("import_cases", *write(OPEN))
    sweep(at=moment("2026-04-13 09:00"))
    case = Case.objects.get()
    assert not Message.objects.exists()
    assert case.state == CaseState.REVIEWING
    assert Flag.objects.filter(case=case, level="over_promise").exists()


@pytest.mark.real_data
def test_the_real_log_goes_in_whole(write, capsys):
    folder = Path(os.environ["HALL_REAL_DATA"]) / "event_logs"
    _, legacy = write()
    call_command(
        "import_cases", str(folder / "wabo_receipt_cases.csv"), legacy, f"--events={folder / 'wabo_receipt_events.csv'}"
    )
    out = capsys.readouterr().out
    assert "可导入 1434 件：已办结 1329 件，其中超期 309 件；在办 105 件；注意 2 处" in out
    assert Case.objects.count() == 1434
    assert ClockRow.objects.filter(ended_on__gt=F("due")).count() == 309
    assert Case.objects.filter(state=CaseState.REVIEWING).count() == 105
    assert Event.objects.filter(kind="case.legacy_step").count() == 8577
    assert not Message.objects.exists()


def test_n16_ten_thousand_rows_are_taken_in_once(write, capsys):
    rows = [ON_TIME.replace("A1,", f"N{number},", 1) for number in range(10_000)]
    file, mapping = write(*rows)
    call_command("import_cases", file, mapping)
    assert Case.objects.count() == 10_000
    events = Event.objects.count()
    capsys.readouterr()
    call_command("import_cases", file, mapping)
    assert "10000" in capsys.readouterr().out
    assert (Case.objects.count(), Event.objects.count()) == (10_000, events)
