"""A real browser before a running server, and the people who sit at it.

The browser lives no longer than this folder: the event loop it runs must not reach other tests.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.builders import Hall
from tests.journeys.visitor import Visitor

# A virtual machine has no sandbox for root, and a test talks to nobody outside.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
]
PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}

Enter = Callable[..., Visitor]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of this machine. Playwright runs a loop of its own, beside which Django would refuse its database."""
    named = os.environ.get("HALL_CHROMIUM")
    path = named if named and Path(named).is_absolute() else shutil.which(named or "chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium: Browser, live_server) -> Iterator[Enter]:
    """`enter("citizen", phone=True, script=False)`: somebody with a browser of their own.

    When the test is over nobody may have met an error in the console, a breach of the security policy, or a page
    that shuts somebody out.
    """
    visitors: list[Visitor] = []
    opened: list[BrowserContext] = []

    def context(phone: bool, script: bool) -> BrowserContext:
        device = PHONE if phone else DESK
        made = chromium.new_context(base_url=live_server.url, locale="zh-CN", java_script_enabled=script, **device)
        made.set_default_timeout(15_000)
        opened.append(made)
        return made

    def come(name: str, *, phone: bool = False, script: bool = True) -> Visitor:
        visitors.append(Visitor(name, context(phone, script), None if script else context(phone, True)))
        return visitors[-1]

    yield come
    for one in opened:
        one.close()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def hall(live_server) -> Hall:
    """One department with everybody, in tables that are filled anew for every test."""
    return Hall()


@pytest.fixture
def clock() -> Iterator[Callable[[str], datetime]]:
    """`clock("2026-04-13 10:08")`: the server's wall clock shows that Beijing time from now on, and runs."""
    travellers: list[time_machine.travel] = []

    def go(text: str) -> datetime:
        stop()
        to = datetime.fromisoformat(f"{text}+08:00")
        travellers.append(time_machine.travel(to, tick=True))
        travellers[-1].start()
        return to

    def stop() -> None:
        while travellers:
            travellers.pop().stop()

    yield go
    stop()
