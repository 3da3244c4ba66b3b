"""The long run: every 5 to 20 seconds one part of the hall is killed, and at the end every promise is counted.

Started by script/soak. Exits with 1 where a promise was broken, and says which.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg2

from tests.faults.clients import Office
from tests.faults.history import History, violations
from tests.faults.portal import PARTS, Portal
from tests.hall.local.running import eventually

BETWEEN = (5.0, 20.0)  # seconds between two kills
FLAGS_AFTER, DRAINED_AFTER = 120.0, 300.0  # seconds after the last failed part is back (P3, P5)
MANY = 20_000  # acknowledged writes, of which none may be lost (P1)
UNITS = {"s": 1, "m": 60, "h": 3600}
_pause = threading.Event()


def seconds_of(text: str) -> float:
    """`300`, `5m` or `8h`."""
    shape = re.fullmatch(r"(\d+)([smh]?)", text)
    if shape is None:
        raise argparse.ArgumentTypeError("a time is written 300, 300s, 5m or 8h")
    return float(int(shape[1]) * UNITS[shape[2] or "s"])


def say(line: str) -> None:
    """One line, at once, with the time of day."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def soak(seconds: float, folder: Path, seed: int) -> list[str]:
    """Run, kill, mend, count. Returns the promises that were broken."""
    dice = random.Random(seed)
    portal, history = Portal(folder / "data"), History(folder / "history.jsonl")
    office, kills = Office(portal, history, enough=10**9), Counter[str]()
    try:
        office.open()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _pause.wait(dice.uniform(*BETWEEN))
            make_due(portal, history)
            part = dice.choice(PARTS)
            kills[part] += 1
            say(f"kill -9 {part}; {history.acknowledged} acknowledged")
            portal.kill(part)
            if portal.pid("supervisor") is None:
                portal.start_again()
        return settle(portal, history, office, kills)
    finally:
        office.close()
        portal.stop()


def make_due(portal: Portal, history: History, number: int = 100) -> None:
    """Let the time of some cases run out, unless the database is down just now."""
    told = {entry["docket"] for entry in history.all("due")}
    chosen = [docket for docket in history.left_alone() if docket not in told][:number]
    try:
        portal.make_due(chosen)
    except psycopg2.Error:
        return
    for docket in chosen:
        history.add("due", docket=docket)


def settle(portal: Portal, history: History, office: Office, kills: Counter[str]) -> list[str]:
    """Wait as long as was promised, then replay the history."""
    broken: list[str] = []
    if not eventually(portal.is_whole, 120):
        return ["the supervisor did not bring every part back within two minutes"]
    whole = time.monotonic()
    due = [entry["docket"] for entry in history.all("due")]
    if not eventually(lambda: portal.flagged(due) == len(set(due)), FLAGS_AFTER):
        broken.append(f"not every due case was flagged within {FLAGS_AFTER:.0f} s")
    flagged = time.monotonic() - whole
    office.pause()
    waiting = "SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND available_at < now()"
    if not eventually(lambda: portal.number(waiting) == 0, DRAINED_AFTER):
        broken.append(f"the outbox did not drain within {DRAINED_AFTER:.0f} s")
    drained = time.monotonic() - whole
    broken += violations(portal, history)
    broken += [f"unexpected answer: {entry}" for entry in history.all("unexpected")]
    tell(portal, history, kills, flagged, drained)
    return broken


def tell(portal: Portal, history: History, kills: Counter[str], flagged: float, drained: float) -> None:
    """The figures of the run."""
    due = len({entry["docket"] for entry in history.all("due")})
    cases, events = portal.number("SELECT count(*) FROM cases_case"), portal.number("SELECT count(*) FROM ledger_event")
    messages = portal.number("SELECT count(*) FROM outbox_message")
    say(f"kills: {sum(kills.values())} ({', '.join(f'{part} {kills[part]}' for part in PARTS)})")
    say(f"acknowledged writes: {history.acknowledged}, answers that never came: {history.count('no answer')}")
    if history.acknowledged < MANY:
        say(f"fewer than {MANY:,} acknowledged writes: a longer run says more")
    say(f"cases: {cases}, events: {events}, messages: {messages}, cases that became due: {due}")
    say(f"after the last part was back: flags complete in {flagged:.0f} s, outbox empty in {drained:.0f} s")


def main() -> int:
    """The command line."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("time", type=seconds_of, help="how long: 300, 5m, 8h")
    asked.add_argument("--seed", type=int, default=None, help="the same kills as an earlier run")
    wish = asked.parse_args()
    seed = wish.seed if wish.seed is not None else random.randrange(10**6)
    folder = Path(tempfile.mkdtemp(prefix="hall-soak-"))
    folder.chmod(0o711)  # as root the servers run as another user and must pass through
    say(f"seed {seed}, folder {folder}")
    broken = soak(wish.time, folder, seed)
    for sentence in broken[:50]:
        say(f"BROKEN: {sentence}")
    say(f"{len(broken)} promises broken" if broken else "every promise was kept")
    if not broken:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
