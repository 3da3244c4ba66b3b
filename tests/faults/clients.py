"""Clerks at their windows, each a thread over HTTP: they write down what they are told, and repeat what is lost."""

import http.client
import itertools
import threading
import time
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from hall.privacy.canonical import identity_check_character
from tests.faults.history import History
from tests.faults.portal import TOKEN, Portal

FORM = "application/x-www-form-urlencoded"
TROUBLE = (OSError, http.client.HTTPException)
GONE = 0  # the status of an answer that never came


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    location: str
    seconds: float
    body: str = ""


class Line:
    """One connection to the portal, made anew after trouble."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self._port, self._timeout = port, timeout
        self._connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, cookie: str, answers: dict[str, str] | None = None) -> Answer:
        """Ask once. An answer that does not come has the status GONE."""
        body = None if answers is None else urlencode({"csrfmiddlewaretoken": TOKEN, **answers})
        headers = {"Cookie": cookie, "Content-Type": FORM}
        begun = time.monotonic()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except TROUBLE:
            self.close()
            return Answer(GONE, "", time.monotonic() - begun)
        return Answer(response.status, response.headers.get("Location", ""), time.monotonic() - begun, text)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_people = itertools.count(1)


def application(portal: Portal, key: str) -> dict[str, str]:
    """One form, filled in for somebody nobody is."""
    number = next(_people)
    body = f"1303021990{number // 28000 % 12 + 1:02d}{number // 1000 % 28 + 1:02d}{number % 1000:03d}"
    answers = {"key": key, "kind": "person", "identity_kind": "resident", "name": "样本", "phone": "13900000000"}
    answers |= {"identity": body + identity_check_character(body), "channel": "window", "confirm_duplicate": "on"}
    return answers | {f"m{pk}-state": "received" for pk in portal.world["materials"]}


def register(portal: Portal) -> str:
    """Where forms are handed in."""
    return f"/work/register/?item={portal.world['item']}"


class Clerk(threading.Thread):
    """Files, confirms the receipt, and accepts every eighth case, until told to stop; quickly at first, then gently."""

    def __init__(self, portal: Portal, history: History, number: int, enough: int) -> None:
        super().__init__(name=f"clerk{number}", daemon=True)
        self.portal, self.history, self.enough = portal, history, enough
        self.cookie = portal.world["cookies"][number]
        self.line = Line(portal.port)
        self.go_on, self.over = threading.Event(), threading.Event()
        self.busy = threading.Lock()

    def run(self) -> None:
        for turn in itertools.count():
            self.go_on.wait()
            if self.over.is_set():
                return
            with self.busy:
                if self.go_on.is_set():
                    self._serve(turn)
            if self.history.acknowledged >= self.enough:
                self.over.wait(0.2)

    def _serve(self, turn: int) -> None:
        key = str(uuid.uuid4())
        form = application(self.portal, key)
        told, _ = self._until_answered(register(self.portal), form)
        if told is None:
            return
        parts = told.location.strip("/").split("/")
        if told.status != 302 or len(parts) != 4 or parts[-1] != "filed":
            self.history.add("unexpected", at="filing", status=told.status, location=told.location)
            return
        docket = parts[2]
        self.history.add("filed", key=key, docket=docket, left=turn % 8 != 0)
        self._deed(docket, "printed", {})
        if turn % 8 == 0:
            self._deed(docket, "accept", {"version": "1"})

    def _deed(self, docket: str, name: str, answers: dict[str, str]) -> None:
        """Something done to a case. After an answer that was lost a refusal may only mean that it is done already."""
        told, tries = self._until_answered(f"/work/cases/{docket}/{name}/", answers)
        if told is None:
            return
        if told.status == 302 and f"/work/cases/{docket}" in told.location:
            self.history.add({"accept": "accepted"}.get(name, name), docket=docket)
        elif tries == 1:
            self.history.add("unexpected", at=name, status=told.status, location=told.location)

    def _until_answered(self, path: str, answers: dict[str, str]) -> tuple[Answer | None, int]:
        """The same form again and again, as a person does who gets no answer; None when everything is over."""
        for tries in itertools.count(1):
            told = self.line.send("POST", path, self.cookie, answers)
            if told.status != GONE and told.status < 500:
                return told, tries
            self.history.add("no answer", status=told.status, seconds=round(told.seconds, 2))
            if self.over.wait(0.2):
                return None, tries
        raise AssertionError("counting does not end")


class Office:
    """All clerks together."""

    def __init__(self, portal: Portal, history: History, clerks: int = 4, enough: int = 2000) -> None:
        self.clerks = [Clerk(portal, history, number, enough) for number in range(clerks)]
        self.history = history
        for clerk in self.clerks:
            clerk.start()

    def open(self) -> None:
        """Begin, or go on."""
        for clerk in self.clerks:
            clerk.go_on.set()

    def pause(self) -> None:
        """Let everybody finish what is under way."""
        for clerk in self.clerks:
            clerk.go_on.clear()
        for clerk in self.clerks:
            assert clerk.busy.acquire(timeout=60), "a clerk got no answer for a minute"
            clerk.busy.release()

    def close(self) -> None:
        """Send everybody home."""
        for clerk in self.clerks:
            clerk.over.set()
            clerk.go_on.set()
        for clerk in self.clerks:
            clerk.join(60)
            clerk.line.close()
