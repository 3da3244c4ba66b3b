"""Two people, two windows, two sweeps at the same moment, on real connections (N01-N17, T24, S02, S04)."""

import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from typing import Any

import pytest
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.utils import timezone

from approvals.cases import actions, papers
from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import CaseState, CorrectableField, DocumentKind
from approvals.cases.errors import Stale
from approvals.cases.models import Case, ClockRow, Flag
from hall.facts.errors import Refused
from hall.ledger.models import Event
from hall.ledger.numbers import compose
from hall.outbox.models import Message
from tests.approvals.cases.ways import FRIDAY, LATER, TUESDAY
from tests.builders import (
    MONDAY,
    Hall,
    accepted_case,
    application,
    identity_number,
    make_case,
    make_item_version,
    moment,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run every work in its own thread and connection, starting together; what each returned or raised, in order."""
    gate, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        close_old_connections()
        try:
            gate.wait(timeout=20)
            results[place] = work()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def answers(version) -> dict[str, str]:
    lines = {f"m{m.pk}-state": "received" for m in version.materials.all()}
    who = {"kind": "person", "identity_kind": "resident", "identity": identity_number(), "name": "张小明"}
    return {"key": str(uuid.uuid4()), "phone": "13800000000", "channel": "window", **who, **lines}


def test_n06_one_form_posted_twenty_times_is_one_case_with_one_receipt():
    hall = Hall()
    version = make_item_version(hall.department)
    data, url = answers(version), f"/work/register/?item={version.item.code}"

    def post() -> tuple[int, str]:
        client = Client()
        client.force_login(hall.clerk)
        response = client.post(url, data)
        return response.status_code, response.headers.get("Location", "")

    replies = at_once(*[post] * 20)
    case = Case.objects.get()
    assert Counter(replies) == {(302, f"/work/cases/{case.docket}/filed/"): 20}
    assert case.documents.filter(kind=DocumentKind.RECEIPT).count() == 1


def test_n09_of_two_decisions_on_one_version_the_second_is_shown_the_first():
    hall = Hall()
    case = accepted_case(hall)
    results = at_once(
        lambda: actions.grant(case, by=hall.approver, at=FRIDAY, seen=case.version),
        lambda: actions.deny(case, by=hall.second, at=FRIDAY, reason="不符合", seen=case.version),
    )
    done = [r for r in results if isinstance(r, Case)]
    [stale] = [r for r in results if isinstance(r, Stale)]
    assert len(done) == 1
    assert [e.data["granted"] for e in stale.events] == [done[0].granted]
    assert Case.objects.get(pk=case.pk).version == case.version + 1


def test_n11_a_hand_over_and_a_decision_at_once_leave_one_of_them():
    """Window 3 decides while the case is handed to window 5: whoever comes second sees what the first did."""
    hall = Hall()
    for _ in range(5):
        case = accepted_case(hall)
        results = at_once(
            lambda c=case: actions.hand_over(
                c, by=hall.chief, at=TUESDAY, to=hall.other_clerk.staff, reason="调班", seen=c.version
            ),
            lambda c=case: actions.grant(c, by=hall.approver, at=TUESDAY, seen=c.version),
        )
        fresh = Case.objects.get(pk=case.pk)
        assert sorted(type(r).__name__ for r in results) == ["Case", "Stale"]
        assert (fresh.handler_id == hall.other_clerk.staff_id) != (fresh.state == CaseState.GRANTED)


def test_without_a_seen_version_both_happen_one_after_the_other():
    hall = Hall()
    case = accepted_case(hall)
    at_once(
        lambda: actions.hand_over(case, by=hall.chief, at=TUESDAY, to=hall.other_clerk.staff, reason="调班"),
        lambda: actions.grant(case, by=hall.approver, at=TUESDAY),
    )
    fresh = Case.objects.get(pk=case.pk)
    assert (fresh.handler, fresh.state) == (hall.other_clerk.staff, CaseState.GRANTED)
    assert fresh.version == case.version + 2


def test_two_acceptances_at_once_issue_one_paper():
    hall = Hall()
    case = make_case(hall)
    results = at_once(*[lambda: actions.accept(case, by=hall.clerk, at=MONDAY)] * 4)
    assert sum(isinstance(r, Case) for r in results) == 1
    assert {type(r) for r in results if not isinstance(r, Case)} == {Refused}
    assert case.documents.filter(kind=DocumentKind.ACCEPTANCE).count() == 1


def test_n01_numbers_have_no_gap_under_eight_threads_with_rollbacks():
    hall = Hall()
    version = make_item_version(hall.department)

    def file_many(worker: int) -> int:
        filed = 0
        for turn in range(5):
            try:
                with transaction.atomic():
                    actions.register(application(version), by=hall.clerk, at=MONDAY)
                    if (worker + turn) % 5 == 0:
                        raise InterruptedError
                filed += 1
            except InterruptedError:
                pass
        return filed

    filed = at_once(*[lambda n=n: file_many(n) for n in range(8)])
    serials = sorted(int(docket[18:23]) for docket in Case.objects.values_list("docket", flat=True))
    assert serials == list(range(1, sum(filed) + 1))
    assert sum(filed) == 32


def test_receipt_numbers_have_no_gap_either():
    hall = Hall()
    version = make_item_version(hall.department)
    at_once(*[lambda: actions.register(application(version), by=hall.clerk, at=MONDAY)] * 8)
    numbers = sorted(n[-5:] for n in Case.objects.values_list("documents__number", flat=True))
    assert numbers == [f"{n:05d}" for n in range(1, 9)]


def test_n03_the_first_numbers_of_a_series_meet_no_missing_counter():
    """Eight at once where no counter row exists yet (N03)."""
    hall = Hall()
    case = accepted_case(hall)

    def issue() -> str:
        with transaction.atomic():
            return papers.issue(
                case, DocumentKind.TERMINATION, by=None, at=FRIDAY, ground="withdrawn", ended_on=FRIDAY.date()
            ).number

    numbers = at_once(*[issue] * 8)
    assert sorted(number[-5:] for number in numbers) == [f"{n:05d}" for n in range(1, 9)]


def test_two_sweeps_at_once_flag_once_and_tell_once():
    hall = Hall()
    cases = [accepted_case(hall) for _ in range(6)]
    results = at_once(*[lambda: sweep(at=LATER, batch=2)] * 4)
    assert not [r for r in results if isinstance(r, Exception)]
    late = Flag.objects.filter(clock="decision", level="over_statute")
    assert late.count() == len(cases)
    assert Event.objects.filter(kind="case.flag_raised").count() == Flag.objects.count()
    keys = Message.objects.filter(channel="inbox").values_list("dedupe_key", flat=True)
    assert len(set(keys)) == len(keys)


def test_two_sweeps_at_once_accept_once():
    """Deemed acceptance issues a paper and moves the state: never twice."""
    hall = Hall()
    case = make_case(hall)
    at_once(*[lambda: sweep(at=moment("2026-04-21 00:00:05"))] * 3)
    assert Case.objects.get(pk=case.pk).deemed_accepted
    assert Event.objects.filter(docket=case.docket, kind="case.deem_accepted").count() == 1
    assert case.documents.filter(kind=DocumentKind.ACCEPTANCE).count() == 1


# A thousand take a minute or two: `HALL_RACES=1000` runs them.
RACES = int(os.environ.get("HALL_RACES", "100"))


def test_t24_what_is_closed_in_time_is_never_flagged_late():
    """The sweep of midnight against a decision of the evening before, case by case: it counts under the row lock.

    Both start at once, now this one a few milliseconds earlier and now that one; each wins often.
    """
    hall = Hall()
    evening, midnight = moment("2026-05-13 23:59:59"), moment("2026-05-14 00:00:00")
    cases = [accepted_case(hall) for _ in range(RACES)]
    ClockRow.objects.filter(case__in=cases).update(next_look_at=None)
    gate = threading.Barrier(2)

    def close_all() -> int:
        closed = 0
        for number, case in enumerate(cases):
            ClockRow.objects.filter(case=case, ended_on__isnull=True).update(next_look_at=midnight)
            gate.wait(timeout=20)
            time.sleep(number % 7 / 1000)
            with suppress(Refused):  # the sweep held it just then; the clerk is told to try again
                actions.withdraw(case, by=hall.clerk, at=evening)
                closed += 1
        return closed

    def sweep_all() -> None:
        for number in range(RACES):
            gate.wait(timeout=20)
            time.sleep(number % 11 / 1000)
            sweep(at=midnight)

    closed, swept = at_once(close_all, sweep_all)
    assert swept is None
    flagged = 0
    for case in cases:
        story = Event.objects.filter(docket=case.docket).order_by("id")
        kinds = [e.kind for e in story if e.kind == "case.withdraw" or e.data.get("level") == "over_statute"]
        flagged += "case.flag_raised" in kinds
        if "case.withdraw" in kinds:
            assert "case.flag_raised" not in kinds[kinds.index("case.withdraw") :]
    assert closed > RACES // 10
    assert RACES // 20 < flagged < RACES


def test_a_query_code_is_renewed_by_two_windows_and_one_code_works():
    hall = Hall()
    case = make_case(hall)
    results = at_once(*[lambda: actions.renew_code(case, by=hall.clerk, at=TUESDAY, reason="凭证遗失")] * 4)
    assert results == [None] * 4
    assert case.query_code.__class__.objects.filter(case=case).count() == 1


def test_one_correction_is_reviewed_once():
    hall = Hall()
    case = accepted_case(hall)
    row = actions.propose_correction(
        case, by=hall.clerk, at=TUESDAY, field=CorrectableField.SUMMARY, value="新摘要", reason="写错"
    )
    results = at_once(
        lambda: actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True),
        lambda: actions.review_correction(row, by=hall.second, at=FRIDAY, agreed=False, opinion="没有写错"),
    )
    assert sorted(type(r).__name__ for r in results) == ["Correction", "Refused"]


def test_two_pauses_of_one_ground_at_once_are_one():
    hall = Hall()
    case = accepted_case(hall)
    stop = lambda: actions.pause(  # noqa: E731
        case, by=hall.approver, at=FRIDAY, ground=hall.ground(), notified_days=3, reason="评审"
    )
    results = at_once(stop, stop, stop)
    assert sum(isinstance(r, Case) for r in results) == 1
    assert case.pauses.count() == 1


def test_s02_a_slow_clerk_does_not_stop_others_from_filing():
    """One filing waits inside its transaction; a filing of another center is not behind it."""
    hall, other = Hall(), Hall()
    held, release = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            make_case(hall, version)
            held.set()
            release.wait(timeout=20)

    def quick() -> float:
        held.wait(timeout=20)
        began = timezone.now()
        make_case(other, version_there)
        release.set()
        return (timezone.now() - began).total_seconds()

    version, version_there = make_item_version(hall.department), make_item_version(other.department)
    _, seconds = at_once(slow, quick)
    assert isinstance(seconds, float), seconds
    assert seconds < 10
    assert Case.objects.count() == 2


def test_n10_two_corrections_at_once_both_hold_and_both_are_on_record():
    """One clerk puts the telephone right, another the address: neither overwrites what the other wrote."""
    hall = Hall()
    case = accepted_case(hall)
    wrong = {CorrectableField.PHONE: "13900000001", CorrectableField.ADDRESS: "演示路 9 号"}
    rows = [
        actions.propose_correction(case, by=by, at=TUESDAY, field=field, value=value, reason="写错")
        for by, (field, value) in zip((hall.clerk, hall.other_clerk), wrong.items(), strict=True)
    ]
    results = at_once(
        *[lambda row=row: actions.review_correction(row, by=hall.approver, at=FRIDAY, agreed=True) for row in rows]
    )
    assert not [r for r in results if isinstance(r, Exception)]
    party = case.parties.get(role="applicant")
    assert (party.phone, party.address) == tuple(wrong.values())
    reviewed = Event.objects.filter(docket=case.docket, kind="case.review_correction").order_by("id")
    assert sorted(event.data["field"] for event in reviewed) == ["address", "phone"]
    assert Case.objects.get(pk=case.pk).version == case.version + 4


def test_n17_a_filing_whose_connection_dies_holds_up_nobody_and_burns_no_number():
    """The counter's row is locked by the transaction, not by the session: it is free as soon as the session is gone."""
    hall = Hall()
    version = make_item_version(hall.department)
    held, dead = threading.Event(), threading.Event()

    def dies() -> None:
        with transaction.atomic():
            make_case(hall, version)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
            held.set()
            dead.wait(timeout=20)

    def files() -> Case:
        held.wait(timeout=20)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", pids)
        dead.set()
        return make_case(hall, version)

    pids: list[int] = []
    failed, case = at_once(dies, files)
    assert isinstance(failed, Exception)
    assert case.docket[18:23] == "00001"
    assert Case.objects.count() == 1


def many_due(hall: Hall, count: int) -> list[Case]:
    """Copies of one accepted case, each with its clocks, all due on the same day."""
    first = accepted_case(hall, make_item_version(hall.department, steps=()))
    rows = list(first.clocks.all())
    serials = range(2, count + 1)
    copies = [copy(first) for _ in serials]
    for serial, case in zip(serials, copies, strict=True):
        case.pk, case.state, case.accepted_at, case.accepted_by = None, CaseState.RECEIVED, None, None
        case.docket = compose(region6=first.docket[:6], center4=first.docket[6:10], on=MONDAY.date(), serial=serial)
    copies = Case.objects.bulk_create(copies)
    facts = {"state": CaseState.REVIEWING, "accepted_at": first.accepted_at, "accepted_by": first.accepted_by}
    Case.objects.filter(pk__in=[case.pk for case in copies]).update(**facts)
    clocks = [copy(row) for _ in copies for row in rows]
    for place, row in enumerate(clocks):
        row.pk, row.case = None, copies[place // len(rows)]
    ClockRow.objects.bulk_create(clocks)
    return [first, *copies]


def test_s04_a_thousand_cases_late_at_once_lock_nobody_out():
    """Nine o'clock on Monday: while the sweep flags them all, filing goes on, and so does work on the cases."""
    hall = Hall()
    cases = many_due(hall, 1000)
    version = make_item_version(hall.department)
    done = threading.Event()
    slowest = [0.0]

    def sweeping() -> Any:
        try:
            return sweep(at=LATER)
        finally:
            done.set()

    def working() -> int:
        deeds = 0
        while not done.is_set() or not deeds:
            began = time.monotonic()
            make_case(hall, version, at=LATER)
            with suppress(Refused):  # the sweep holds this one just now: the clerk is told so and does not wait
                actions.void(cases[-1 - deeds], by=hall.chief, at=LATER, reason="录错")
            slowest[0] = max(slowest[0], time.monotonic() - began)
            deeds += 1
        return deeds

    swept, deeds = at_once(sweeping, working)
    assert not isinstance(swept, Exception), swept
    assert not isinstance(deeds, Exception), deeds
    sweep(at=LATER)
    assert slowest[0] < 5
    open_now = Case.objects.filter(pk__in=[case.pk for case in cases], closed_at__isnull=True)
    flagged = Flag.objects.filter(clock="decision", level="over_statute", case__in=open_now)
    assert flagged.count() == open_now.count() >= 1000 - deeds
