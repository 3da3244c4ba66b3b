"""The whole hall as `manage.py up` runs it, its parts killed or hung while clerks file (reliability P1 to P5).

One portal for the file, and clerks at work in it from the first test to the last. Each test brings one fault, waits
until the hall has mended itself, and asks the checker of history.py whether every word was kept.
"""

import http.client
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator

import psycopg2
import pytest

from tests.faults.brisk import QUICKER_BY
from tests.faults.clients import Answer, Line, Office, application, register
from tests.faults.history import History, lost, violations
from tests.faults.portal import PASSWORD, TOKEN, Portal, changed, send
from tests.hall.local.running import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]
# Seconds until a case that is due carries its flags (P3): one minute, and two after a fault, with the usual scheduler.
HEALTHY, AFTER_A_FAULT = 60 - QUICKER_BY, 120 - QUICKER_BY
SWEEP, RELAY = "approvals.cases.tasks.sweep", "hall.outbox.tasks.relay"
PATIENCE = 2.0  # seconds a person at a window is kept waiting while Redis is away (P5)


@pytest.fixture(autouse=True)
def at_work(office: Office, portal: Portal) -> Iterator[None]:
    """Clerks work during every test, and find the hall whole after it."""
    office.open()
    yield
    portal.wait_until_whole()


def due(portal: Portal, history: History, number: int, *, at_least: int = 20) -> list[str]:
    """Let the time of so many cases run out which nobody was told of yet."""
    told = {entry["docket"] for entry in history.all("due")}
    assert eventually(lambda: len(history.left_alone()) - len(told) >= at_least, 120), history.all("unexpected")[:3]
    chosen = [docket for docket in history.left_alone() if docket not in told][:number]
    portal.make_due(chosen)
    for docket in chosen:
        history.add("due", docket=docket)
    return chosen


def goes_on(history: History, number: int = 8, seconds: float = 60) -> None:
    """Clerks are told of so many more writes."""
    before = history.acknowledged
    assert eventually(lambda: history.acknowledged >= before + number, seconds), "nobody is answered any more"


def kept(portal: Portal, history: History, office: Office) -> None:
    """Every word so far was kept, and nobody was told anything strange."""
    office.pause()
    drained = "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND available_at < now()"
    assert eventually(lambda: portal.number(drained) == 0, AFTER_A_FAULT), "the outbox does not drain"
    assert violations(portal, history) == []
    assert history.all("unexpected") == []


def test_a_case_is_flagged_within_a_minute_of_its_time(portal: Portal, history: History) -> None:
    """P3, healthy."""
    portal.seconds_until_flagged(due(portal, history, 40), HEALTHY)


def test_c10_u01_nobody_who_serves_can_touch_the_record(portal: Portal) -> None:
    """Web, worker and scheduler are connected as a role that owns nothing, and this is all it may do to an event."""
    users = "SELECT usename, count(*) FROM pg_stat_activity WHERE application_name ~ '^hall-(web|worker)' GROUP BY 1"
    assert eventually(lambda: [name for name, _ in portal.rows(users)] == ["hall_app"], 30), portal.rows(users)
    with portal.connected(user="hall_app") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_event")
        for sql in (
            "UPDATE ledger_event SET docket = ''",
            "DELETE FROM ledger_event",
            "TRUNCATE ledger_event",
            "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
            "DROP TABLE ledger_seal",
            "CREATE TABLE mine (x int)",
            "CREATE TEMPORARY TABLE mine (x int)",
            "CREATE ROLE mine",
            "SET ROLE hall",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(sql)


def test_n06_one_form_posted_twenty_times_at_once_is_one_case(portal: Portal) -> None:
    """Over real connections: a double click, F5, back, another try after a time-out."""
    form, told, gate = application(portal, str(uuid.uuid4())), list[Answer](), threading.Barrier(20)

    def post() -> None:
        line = Line(portal.port)
        gate.wait(20)
        told.append(line.send("POST", register(portal), portal.world["cookies"][5], form))
        line.close()

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in told} == {302}
    assert len({answer.location for answer in told}) == 1
    sql = "SELECT count(*) FROM ledger_idempotencykey WHERE key = %s"
    assert portal.number(sql, form["key"]) == 1


def test_n08_a_reply_that_was_lost_is_given_again(portal: Portal) -> None:
    """The form is posted and the line cut before the answer; the same form again gets the receipt of the first."""
    form, cookie = application(portal, str(uuid.uuid4())), portal.world["cookies"][6]
    sent = http.client.HTTPConnection("127.0.0.1", portal.port)
    body = "&".join(f"{name}={value}" for name, value in {"csrfmiddlewaretoken": TOKEN, **form}.items())
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    sent.request("POST", register(portal), body.encode(), headers)
    kept_sql = "SELECT reference FROM ledger_idempotencykey WHERE key = %s"
    assert eventually(lambda: bool(portal.rows(kept_sql, form["key"])), 30)
    sent.close()
    [(docket,)] = portal.rows(kept_sql, form["key"])
    line = Line(portal.port)
    again = line.send("POST", register(portal), cookie, form)
    line.close()
    assert (again.status, again.location) == (302, f"/work/cases/{docket}/filed/")


def asked(portal: Portal, number: int) -> dict[str, Answer]:
    """What people need while Redis is away: log in, file, handle, look up, and the page that says how the hall does."""
    line, cookie = Line(portal.port), portal.world["cookies"][4]
    docket, code = portal.world["printed"][number]
    login = {"username": portal.world["clerks"][number], "password": PASSWORD}
    answers = {
        "log in": line.send("POST", "/login/", f"csrf={TOKEN}", login),
        "file": line.send("POST", register(portal), cookie, application(portal, str(uuid.uuid4()))),
        "look up": line.send("POST", "/lookup/", f"csrf={TOKEN}", {"docket": docket, "code": code}),
        "handle": line.send("POST", f"/work/cases/{docket}/accept/", cookie, {"version": "1"}),
        "worklist": line.send("GET", "/work/", cookie),
        "health": line.send("GET", "/healthz/deep", ""),
    }
    line.close()
    return answers


EXPECTED = {"log in": 302, "file": 302, "look up": 200, "handle": 302, "worklist": 200}
# 503 once a sweep has not come for three minutes: without Redis nobody rings for it.
HEALTH = {200, 503}


def expected(found: dict[str, Answer]) -> bool:
    """Everything was done, and the page that says how the hall does has answered."""
    said = {name: answer.status for name, answer in found.items()}
    return said.pop("health") in HEALTH and said == EXPECTED


def test_r04_work_goes_on_within_two_seconds_while_redis_hangs(
    portal: Portal, history: History, office: Office
) -> None:
    """P5. Hung, not dead: connections are taken and never answered. The health page says that it is worse, not down."""
    troubles = history.count("no answer")
    with portal.stopped("redis"):
        goes_on(history)
        office.pause()
        for number in (0, 1):
            found = asked(portal, number)
            assert expected(found), found
            assert {name: round(a.seconds, 2) for name, a in found.items() if a.seconds >= PATIENCE} == {}
            assert found["health"].status == 503 or '"degraded": true' in found["health"].body
        office.open()
        goes_on(history)
    assert history.count("no answer") == troubles, "somebody got no answer, or a 5xx"


def test_work_goes_on_within_two_seconds_while_redis_is_down(portal: Portal, office: Office) -> None:
    """P5, killed; the supervisor is held so that nobody starts it again meanwhile."""
    office.pause()
    os.kill(portal.hall.process.pid, signal.SIGSTOP)
    try:
        portal.kill("redis")
        found = asked(portal, 2)
    finally:
        os.kill(portal.hall.process.pid, signal.SIGCONT)
    assert expected(found), found
    assert {name: round(a.seconds, 2) for name, a in found.items() if a.seconds >= PATIENCE} == {}


def test_r03_redis_killed_and_emptied_loses_no_message(portal: Portal) -> None:
    """What waits stands in PostgreSQL: 500 messages, each once in the inbox."""
    word = uuid.uuid4().hex
    with portal.connected() as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("LOCK TABLE outbox_inboxentry IN EXCLUSIVE MODE")
        portal.ask(f"enqueue(500, '{word}')")
        portal.wait_for_lock(RELAY)  # the relay is in the middle of them
        portal.kill("redis")
        connection.rollback()
    sql = """
        SELECT count(*), count(DISTINCT message.id) FROM outbox_inboxentry AS entry
        JOIN outbox_message AS message ON message.id = entry.message_id WHERE message.dedupe_key LIKE %s
    """
    assert eventually(lambda: portal.rows(sql, f"{word}|%") == [(500, 500)], AFTER_A_FAULT)


def test_r02_a_pool_child_killed_in_its_task_costs_nothing(portal: Portal, history: History) -> None:
    """Each of them in turn, as the kernel does when memory is short."""
    chosen = due(portal, history, 40)
    with portal.connected() as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("LOCK TABLE cases_flag IN EXCLUSIVE MODE")
        portal.wait_for_lock(SWEEP)
        for pid in portal.pool():
            send(pid, signal.SIGKILL)
            assert eventually(lambda pid=pid: pid not in portal.pool(), 10)  # type: ignore[misc]
        connection.rollback()
    portal.seconds_until_flagged(chosen, AFTER_A_FAULT)


def test_r01_the_worker_killed_in_the_middle_of_a_batch_flags_each_case_once(portal: Portal, history: History) -> None:
    """The process group, with 500 cases due and their flags not yet committed."""
    chosen = due(portal, history, 500, at_least=500)
    with portal.connected() as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("LOCK TABLE cases_flag IN EXCLUSIVE MODE")
        portal.wait_for_lock(SWEEP)
        portal.kill("worker")
        connection.rollback()
    portal.seconds_until_flagged(chosen, AFTER_A_FAULT)


def test_r07_a_killed_scheduler_is_started_again(portal: Portal, history: History) -> None:
    before = portal.pid("scheduler")
    portal.kill("scheduler")
    chosen = due(portal, history, 20)
    portal.seconds_until_flagged(chosen, AFTER_A_FAULT)
    # A ring that was waiting may have had them flagged before the new one is up.
    assert eventually(lambda: portal.pid("scheduler") not in (None, before), 30)
    assert "定时任务意外停止，1 秒后重新启动" in portal.hall.said()


def test_killed_pages_come_back_and_their_orphans_do_not_hold_the_port(portal: Portal, history: History) -> None:
    """The master alone: its workers outlive it and go on listening until the supervisor ends them."""
    before = portal.pid("web")
    assert before is not None
    send(before, signal.SIGKILL)
    assert eventually(lambda: portal.pid("web") not in (None, before), 30)
    goes_on(history)


@pytest.mark.parametrize("part", ["web", "worker", "redis"])
def test_p1_what_was_acknowledged_outlives_the_death_of(portal: Portal, history: History, part: str) -> None:
    portal.kill(part)
    portal.wait_until_whole()
    goes_on(history)


def test_d01_postgresql_killed_three_times_under_writers_loses_nothing(
    portal: Portal, history: History, office: Office
) -> None:
    """P1: every process of the server at once, while clerks are being told of filings."""
    for _ in range(3):
        goes_on(history, 20)
        portal.kill("postgres")
        portal.wait_until_whole()
    goes_on(history)
    office.pause()
    assert lost(portal, history) == []


def test_d03_connections_that_were_cut_are_replaced(portal: Portal, history: History) -> None:
    """pg_terminate_backend on every session of the hall; kept connections of web and worker are found dead."""
    goes_on(history)
    cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name ~ '^hall-'"
    assert portal.number(cut) > 0
    assert all(portal.status("/lookup/") == 200 for _ in range(8))
    goes_on(history)
    assert changed(lambda: portal.rows("SELECT finished_at FROM ledger_heartbeat WHERE name = 'relay'"), 30)


def test_n17_a_lock_ends_with_the_one_who_held_it(portal: Portal, history: History) -> None:
    """The counter of today's numbers held by a session that dies: the next filing goes on from the same number."""
    with portal.connected() as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("UPDATE ledger_docketcounter SET last = last + 1")
        portal.rows("SELECT pg_terminate_backend(%s)", connection.get_backend_pid())
    goes_on(history)


def test_postgresql_hung_for_seconds_delays_and_loses_nothing(portal: Portal, history: History) -> None:
    with portal.stopped("postgres"):
        hung, before = time.monotonic(), history.acknowledged  # answers that were on their way may still come
        assert not eventually(lambda: history.acknowledged > before + 8, 3)
    assert time.monotonic() - hung < 30
    goes_on(history)


def test_d13_the_supervisor_killed_leaves_nothing_that_blocks_the_next_start(
    portal: Portal, history: History, office: Office
) -> None:
    """And its children go with it; a service manager starts it again on the same port at once."""
    chosen = due(portal, history, 20)
    portal.kill("supervisor")
    portal.start_again()
    portal.seconds_until_flagged(chosen, AFTER_A_FAULT)
    goes_on(history)


def test_p1_n01_two_thousand_acknowledged_writes_and_none_is_lost(
    portal: Portal, history: History, office: Office
) -> None:
    """After all of it: numbers without gaps, one flag each, legal ways only, an empty outbox, a whole chain."""
    assert eventually(lambda: history.acknowledged >= 2000, 120)
    kept(portal, history, office)
    assert history.count("no answer") > 0, "no fault was ever felt: nothing was tested"
