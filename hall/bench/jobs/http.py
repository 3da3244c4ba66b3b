"""Over HTTP, as citizens and clerks have it: look-up, filing, worklist, each beside the same server's bare page."""

import itertools
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import randrange
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from approvals.cases import actions, codes
from approvals.cases.enums import MaterialState
from approvals.cases.models import Case
from hall.access import sessions
from hall.access.models import User
from hall.bench import load
from hall.bench.jobs.filing import APPLICANT, an_application, at_a_window, identity_of
from hall.bench.jobs.people import a_clerk
from hall.bench.load import Load, Requests, request
from hall.bench.measuring import BLOCKS, Ground, Must, Result, percentile
from hall.bench.server import serving

CONNECTIONS: Final = 8
SECONDS: Final = 4.0
WARM_SECONDS: Final = 1.0
BARE: Final = "/bench/bare/"
_KEY: Final = "00000000-0000-4000-8000-000000000000"
NUMBERS: Final = 2_400
TOKEN: Final = "b" * 32  # the look-alike of a browser's own token: cookie and form carry the same


def lookup(ground: Ground) -> Result:
    """Right answers only, of many numbers from many addresses, so that no limit is met: ten tries a number."""
    pairs = printed(NUMBERS)
    bodies = [urlencode({"csrfmiddlewaretoken": TOKEN, "docket": d, "code": c}).encode() for d, c in pairs]
    begin = itertools.count(0, NUMBERS // CONNECTIONS // 3)  # each run goes on elsewhere in the list

    def requests(number: int) -> Iterator[bytes]:
        mine = itertools.islice(itertools.cycle(bodies[number::CONNECTIONS]), next(begin), None)
        for count in itertools.count():
            address = f"10.{number}.{count // 250 % 250}.{count % 250 + 1}"
            yield request("POST", "/lookup/", body=next(mine), Cookie=cookies_of_anybody(), X_Forwarded_For=address)

    ours, bare = _in_turn(requests, status=200)
    rate, floor = _rate(ours), _rate(bare)
    slow, floor_slow = _p99(ours), _p99(bare)
    return Result(
        "lookup_http", ground.scale.name, rate, "answers/s", _number(ours), floor=floor,
        musts=(Must("倍数", rate / floor, 0.25, at_least=True), Must("p99 倍数", slow / floor_slow, 4)),
        also={"p99_ms": slow * 1000, "floor_p99_ms": floor_slow * 1000},
    )  # fmt: skip


def filing(ground: Ground) -> Result:
    """The whole form, once per key, by eight clerks at eight windows."""
    version, _ = at_a_window()
    begun = timezone.now()
    cookies = [logged_in(a_clerk(cases=0)) for _ in range(CONNECTIONS)]
    answers = {
        "csrfmiddlewaretoken": TOKEN, "key": _KEY, "kind": APPLICANT.kind, "identity_kind": APPLICANT.identity_kind,
        "identity": APPLICANT.identity, "name": APPLICANT.name, "phone": APPLICANT.phone, "channel": "window",
        "confirm_duplicate": "on",
    }  # fmt: skip
    answers |= {f"m{material.pk}-state": MaterialState.RECEIVED.value for material in version.materials.all()}
    body, path = urlencode(answers).encode(), f"/work/register/?item={version.item.code}"
    # Everybody files once: a window shows the applicant's earlier cases, and one who had thousands would be measured.
    people = itertools.count(randrange(9_000_000))  # noqa: S311 - no secret

    def requests(number: int) -> Iterator[bytes]:
        cookie = cookies[number]
        while True:
            own = body.replace(_KEY.encode(), str(uuid4()).encode())
            own = own.replace(APPLICANT.identity.encode(), identity_of(next(people)).encode())
            yield request("POST", path, body=own, Cookie=cookie)

    before = Case.objects.filter(received_at__gte=begun).count()
    result = _against_bare("filing_http", ground, requests, status=302)
    if Case.objects.filter(received_at__gte=begun).count() - before < result.n:
        raise RuntimeError("answers that filed nothing")
    return result


def worklist(ground: Ground) -> Result:
    """Fifty rows of a clerk's own open cases."""
    asked = request("GET", "/work/", Cookie=logged_in(a_clerk()))
    return _against_bare("worklist_http", ground, lambda _: itertools.repeat(asked), status=200)


def _against_bare(job: str, ground: Ground, requests: Requests, *, status: int) -> Result:
    ours, bare = _in_turn(requests, status=status)
    rate, floor = _rate(ours), _rate(bare)
    return Result(
        job, ground.scale.name, rate, "answers/s", _number(ours), floor=floor,
        musts=(Must("倍数", rate / floor, 0.02, at_least=True),),
        also={"p50_ms": percentile(_all(ours), 0.5) * 1000, "p99_ms": _p99(ours) * 1000},
    )  # fmt: skip


def _in_turn(requests: Requests, *, status: int) -> tuple[list[Load], list[Load]]:
    """Ours and the bare page in turn on one server, each after a second of warming up."""
    asked = request("GET", BARE)
    ours, floor = [], []
    with server() as port:
        for _ in range(BLOCKS):
            floor.append(_measured(port, lambda _: itertools.repeat(asked), 200))
            ours.append(_measured(port, requests, status))
    return ours, floor


def _measured(port: int, requests: Requests, status: int) -> Load:
    load.run(port, requests, connections=CONNECTIONS, seconds=WARM_SECONDS, status=status)
    return load.run(port, requests, connections=CONNECTIONS, seconds=SECONDS, status=status)


@contextmanager
def server() -> Iterator[int]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "web.log") as port:
        yield port


def printed(number: int) -> list[tuple[str, str]]:
    """Dockets with their codes: cases filed here, for codes are kept in clear by nobody else."""
    version, clerk = at_a_window()
    found = []
    for _ in range(number):
        at = timezone.now()
        case = actions.register(an_application(version), by=clerk, at=at)
        found.append((case.docket, codes.pending(case, at=at)))
    return found


def logged_in(user: User) -> str:
    """The cookies of somebody who has just logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.start(session, timezone.now())
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {cookies_of_anybody()}"


def cookies_of_anybody() -> str:
    return f"{settings.CSRF_COOKIE_NAME}={TOKEN}"


def _all(loads: Sequence[Load]) -> list[float]:
    return [seconds for one in loads for seconds in one.answers]


def _number(loads: Sequence[Load]) -> int:
    return sum(len(one.answers) for one in loads)


def _rate(loads: Sequence[Load]) -> float:
    return _number(loads) / sum(one.seconds for one in loads)


def _p99(loads: Sequence[Load]) -> float:
    return percentile(_all(loads), 0.99)
