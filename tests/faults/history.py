"""What clients were told, and whether the hall keeps its word: the history and its checker.

Every client appends what was acknowledged to it, in the moment it was. The checker replays the whole history against
the tables, after whatever happened between. It asks in SQL only: nothing of the product's own code vouches for it.
"""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.portal import Portal

ACKNOWLEDGED = ("filed", "printed", "accepted")


class History:
    """A file to which clients append one line for each thing they were told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._count: Counter[str] = Counter()
        self.entries: list[dict[str, Any]] = []

    def add(self, did: str, **facts: Any) -> None:
        """Write a line down before anything else happens."""
        entry = {"did": did, **facts}
        with self._lock, self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
            self.entries.append(entry)
            self._count[did] += 1

    def all(self, did: str) -> list[dict[str, Any]]:
        """The lines of one kind, in order."""
        with self._lock:
            return [entry for entry in self.entries if entry["did"] == did]

    def count(self, did: str) -> int:
        """How many lines of one kind there are."""
        return self._count[did]

    @property
    def acknowledged(self) -> int:
        """How many writes somebody was told are done."""
        return sum(self._count[did] for did in ACKNOWLEDGED)

    def left_alone(self) -> list[str]:
        """Cases nobody touches any more."""
        return [entry["docket"] for entry in self.all("filed") if entry["left"]]


def lost(portal: Portal, history: History) -> list[str]:
    """What was acknowledged and is not there, or is there twice (P1), as sentences."""
    checks = (
        _every_filing_is_there,
        _every_form_made_one_case,
        _numbers_have_no_gap,
        _every_confirmation_is_there,
        _every_acceptance_happened_once,
        _every_case_went_legal_ways,
    )
    return [sentence for check in checks for sentence in check(portal, history)]


def violations(portal: Portal, history: History) -> list[str]:
    """Every word that was not kept; an empty list is what the hall promises. Asked when the outbox has drained."""
    checks = (_every_flag_was_raised_once, _every_message_went_out_once, _the_chain_is_whole)
    return lost(portal, history) + [sentence for check in checks for sentence in check(portal, history)]


def _every_filing_is_there(portal: Portal, history: History) -> Iterator[str]:
    there = {docket for (docket,) in portal.rows("SELECT docket FROM cases_case")}
    for entry in history.all("filed"):
        if entry["docket"] not in there:
            yield f"acknowledged and lost: {entry['docket']}"


def _every_form_made_one_case(portal: Portal, history: History) -> Iterator[str]:
    """Each key stands for one case, the one that was acknowledged, and there is no case without a key."""
    kept = {uuid.UUID(str(key)): ref for key, ref in portal.rows("SELECT key, reference FROM ledger_idempotencykey")}
    for entry in history.all("filed"):
        found = kept.get(uuid.UUID(entry["key"]))
        if found != entry["docket"]:
            yield f"told {entry['docket']} for a form that became {found}"
    for docket, number in Counter(kept.values()).items():
        if number > 1:
            yield f"{number} forms became one case: {docket}"
    known = {docket for docket, _ in portal.world["printed"]} | set(kept.values())
    for (docket,) in portal.rows("SELECT docket FROM cases_case"):
        if docket not in known:
            yield f"a case nobody filed, or filed twice: {docket}"


def _numbers_have_no_gap(portal: Portal, history: History) -> Iterator[str]:
    """Per center and day 1..n (N01); the serial stands between the 18 digits of the place and day and the check."""
    last = dict(portal.rows("SELECT center_code || to_char(day, 'YYYYMMDD'), last FROM ledger_docketcounter"))
    series: dict[str, list[int]] = {}
    for (docket,) in portal.rows("SELECT docket FROM cases_case"):
        series.setdefault(docket[:18], []).append(int(docket[18:-1]))
    for place, serials in series.items():
        if sorted(serials) != list(range(1, len(serials) + 1)):
            yield f"gaps or doubles in {place}: {len(serials)} numbers up to {max(serials)}"
        if last.get(place) != len(serials):
            yield f"the counter of {place} stands at {last.get(place)}, {len(serials)} numbers were given out"


def _every_confirmation_is_there(portal: Portal, history: History) -> Iterator[str]:
    sql = """
        SELECT filed.docket FROM cases_case AS filed JOIN cases_querycode AS code ON code.case_id = filed.id
        WHERE code.printed_at IS NOT NULL AND code.sealed = ''
    """
    there = {docket for (docket,) in portal.rows(sql)}
    for entry in history.all("printed"):
        if entry["docket"] not in there:
            yield f"confirmed as printed and forgotten: {entry['docket']}"


def _every_acceptance_happened_once(portal: Portal, history: History) -> Iterator[str]:
    """One event and one paper (受理通知书) for each acceptance, told or not."""
    sql = """
        SELECT filed.docket,
            (SELECT count(*) FROM ledger_event AS event WHERE event.docket = filed.docket AND kind = 'case.accept'),
            (SELECT count(*) FROM cases_officialdocument AS paper
             WHERE paper.case_id = filed.id AND paper.kind = 'acceptance')
        FROM cases_case AS filed WHERE filed.accepted_at IS NOT NULL AND NOT filed.deemed_accepted
    """
    accepted = {docket: (events, papers) for docket, events, papers in portal.rows(sql)}
    for entry in history.all("accepted"):
        if entry["docket"] not in accepted:
            yield f"acknowledged as accepted and lost: {entry['docket']}"
    for docket, found in accepted.items():
        if found != (1, 1):
            yield f"{docket} was accepted with {found[0]} events and {found[1]} papers"


def _every_flag_was_raised_once(portal: Portal, history: History) -> Iterator[str]:
    """Each flag has one event and, for the graver of two, one message a recipient; each clock that was due has both."""
    doubles = """
        SELECT filed.docket, flag.clock, flag.level, count(*)
        FROM cases_flag AS flag JOIN cases_case AS filed ON filed.id = flag.case_id
        GROUP BY filed.docket, flag.clock, flag.subject, flag.version, flag.level HAVING count(*) > 1
    """
    for row in portal.rows(doubles):
        yield f"flagged more than once: {row}"
    events = """
        SELECT docket, data ->> 'clock', data ->> 'level', data ->> 'deadline_version'
        FROM ledger_event WHERE kind = 'case.flag_raised'
    """
    flags = """
        SELECT filed.docket, flag.clock, flag.level, flag.version::text
        FROM cases_flag AS flag JOIN cases_case AS filed ON filed.id = flag.case_id WHERE NOT flag.carried
    """
    told, raised = Counter(portal.rows(events)), Counter(portal.rows(flags))
    for row in (told - raised) + (raised - told):
        yield f"flags and their events differ: {row}, {raised[row]} flags, {told[row]} events"
    due = [entry["docket"] for entry in history.all("due")]
    missing = len(set(due)) - portal.flagged(due)
    if missing:
        yield f"{missing} of {len(set(due))} cases that were due are not flagged with both levels"


def _every_case_went_legal_ways(portal: Portal, history: History) -> Iterator[str]:
    """Replay the events of each case along the table of arrows; the last state is the one the row shows."""
    arrows = set(portal.rows("SELECT source, target FROM cases_transition"))
    steps = portal.rows(
        "SELECT docket, kind, data ->> 'from', data ->> 'to' FROM ledger_event WHERE data ? 'to' ORDER BY docket, id"
    )
    now: dict[str, str] = {}
    for docket, kind, source, target in steps:
        if kind == "case.register":
            if docket in now:
                yield f"{docket} was filed twice"
        elif source != now.get(docket) or (source, target) not in arrows:
            yield f"{docket} went from {source} to {target} while it stood at {now.get(docket)}"
        now[docket] = target
    for docket, state in portal.rows("SELECT docket, state FROM cases_case"):
        if now.get(docket) != state:
            yield f"{docket} stands at {state}, its events end at {now.get(docket)}"


def _every_message_went_out_once(portal: Portal, history: History) -> Iterator[str]:
    """Nothing waits, nothing was given up, no key twice; one entry in an inbox for each message to it (P4)."""
    waiting = "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND available_at < now()"
    if number := portal.number(waiting):
        yield f"{number} messages wait"
    for row in portal.rows("SELECT dedupe_key, count(*) FROM outbox_message GROUP BY 1 HAVING count(*) > 1"):
        yield f"one message twice: {row}"
    sql = """
        SELECT message.dedupe_key FROM outbox_message AS message
        LEFT JOIN outbox_inboxentry AS entry ON entry.message_id = message.id
        WHERE message.channel = 'inbox' AND message.done_at IS NOT NULL
        GROUP BY message.id HAVING count(entry.id) <> 1
    """
    for (key,) in portal.rows(sql):
        yield f"sent, but not once in the inbox: {key}"
    yield from _every_letter_is_in_its_file(portal)


def _every_letter_is_in_its_file(portal: Portal) -> Iterator[str]:
    """A letter a killed relay had already handed over may be there twice, then under the same id and word for word."""
    sql = "SELECT id::text FROM outbox_message WHERE channel = 'sms' AND done_at IS NOT NULL"
    sent = {message for (message,) in portal.rows(sql)}
    path = portal.folder / "outbox" / "sms.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    written: dict[str, set[tuple[str, str]]] = {}
    for line in lines:
        written.setdefault(line["message_id"], set()).add((line["to"], line["body"]))
    for message in sent - set(written):
        yield f"sent, but in no file: {message}"
    for message, texts in written.items():
        if len(texts) > 1:
            yield f"one message with two texts: {message}"


def _the_chain_is_whole(portal: Portal, history: History) -> Iterator[str]:
    yield from portal.ask("verify()")["faults"]
