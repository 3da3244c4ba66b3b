"""A child that dies is started again, ever later while it cannot live; one that never lives ends the whole run.

Whatever was acknowledged is in PostgreSQL, and every other process is rebuilt from there (laws 1 and 9): any of them
may die at any moment, and nobody has to come and start the hall again.
"""

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hall.local.children import Child, last_words
from hall.local.log_files import turn_due
from hall.local.paths import log_file
from hall.local.trouble import Trouble

LOOK_EVERY, TURN_EVERY = 0.3, 60.0  # seconds
# Who stands on the database is not started while that is down: it would only die again.
BELOW = "postgres"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Patience:
    """Seconds: before the first new start, at most before another, and of a life after which deaths are forgotten.

    `deaths`: so many lives in a row that were shorter end the run.
    """

    first: float = 1
    longest: float = 30
    settled: float = 30
    deaths: int = 8

    def before(self, death: int) -> float:
        """How long to wait after the so-and-so-many-th early death: 1, 2, 4 … 30 seconds."""
        return min(self.first * 2 ** (death - 1), self.longest)


@dataclass
class Ward:
    """A child under watch: since when it lives, how often it died young, and when it is started again."""

    child: Child
    patience: Patience
    tell: Tell
    since: float = field(default_factory=time.monotonic)
    deaths: int = 0
    due: float | None = None

    def look(self, *, held_back: bool) -> None:
        """Notice a death, or start the child again when its time has come. Raises Trouble on the last of its lives."""
        if self.due is None:
            if not self.child.is_running():
                self._died(time.monotonic() - self.since)
        elif time.monotonic() >= self.due and not held_back:
            self._revive()

    def _died(self, lived: float) -> None:
        self.deaths = self.deaths + 1 if lived < self.patience.settled else 1
        if self.deaths >= self.patience.deaths:
            raise gave_up(self.child, self.deaths)
        pause = self.patience.before(self.deaths)
        self.due = time.monotonic() + pause
        self.tell(f"{self.child.label}意外停止，{pause:g} 秒后重新启动。记录：{log_file(self.child.name)}")

    def _revive(self) -> None:
        try:
            self.child.revive()
        except (Trouble, OSError) as error:
            self.tell(f"{self.child.label}没有启动：{error}")
            self._died(0)
            return
        self.since, self.due = time.monotonic(), None
        self.tell(f"{self.child.label}已重新启动")


def gave_up(child: Child, deaths: int) -> Trouble:
    """The sentence for a child that does not stay alive."""
    return Trouble(f"{child.label}连续 {deaths} 次启动后很快又停止，不再重试，其余部分将依次停止。{last_words(child)}")


def watch(children: list[Child], tell: Tell, patience: Patience | None = None) -> None:
    """Return never, unless a child cannot be kept alive: then raise its sentence. Ctrl-C arrives as an exception."""
    wards = [Ward(child, patience or Patience(), tell) for child in children]
    looked, day = time.monotonic(), datetime.now().astimezone().date()
    while True:
        down = any(ward.due is not None for ward in wards if ward.child.name == BELOW)
        for ward in wards:
            ward.look(held_back=down and ward.child.name != BELOW)
        if time.monotonic() - looked > TURN_EVERY:
            with contextlib.suppress(OSError):  # a full disk is no reason to end the hall
                day = turn_due(datetime.now().astimezone(), day)
            looked = time.monotonic()
        time.sleep(LOOK_EVERY)


def note(line: str) -> None:
    """Write what the supervisor did into a log of its own: nobody may sit at the terminal."""
    with contextlib.suppress(OSError, Trouble):
        handle = os.open(log_file("supervisor"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {line}\n")
