"""Somebody with a browser: what they do by hand, and what they must never see."""

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page

from hall.access.models import User

PASSWORD = "correct-horse-battery-1"
_AXE = {"resultTypes": ["violations"]}
_POLICY = "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"
# The browser says so of every answer above 399; whether the answer was right is the test's own business.
_ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Visitor:
    """One person, one browser context, one page."""

    def __init__(self, name: str, context: BrowserContext, inspector: BrowserContext | None = None) -> None:
        """`inspector`: a browser with script, to look at the same pages where this one has none (axe needs timers)."""
        self.name = name
        self.context = context
        self.inspector = inspector.new_page() if inspector else None
        self.complaints: list[str] = []
        context.add_init_script(_POLICY)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{name}: {error.error}"))
        self.page: Page = context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.location["url"].endswith("/favicon.ico"):
            return  # a bare picture has no head to name its icon, and the browser asks for one
        document = message.page is not None and message.location["url"].split("#")[0] == message.page.url.split("#")[0]
        if message.type == "error" and not (document and _ANSWERED.match(message.text)):
            self.complaints.append(f"{self.name} at {message.location['url']}: {message.text}")

    # Looking

    def go(self, path: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What stands in the middle of the page."""
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        """Every one of the words stands on the page, and the page is free of violations."""
        text = re.sub(r"\s+", " ", self.text)
        assert [word for word in words if word not in text] == [], text
        self.no_violations()

    def no_violations(self) -> None:
        """axe finds nothing to object to; what it finds is held against the visit, page by page."""
        for one in Axe().run(self._to_inspect(), options=_AXE).response["violations"]:
            places = [node["target"] for node in one["nodes"]][:3]
            self.complaints.append(f"{self.name} at {self.path}: {one['id']}: {one['help']} — {places}")

    def _to_inspect(self) -> Page:
        if self.inspector is None:
            return self.page
        address, body = self.page.url, self.page.content()
        self.inspector.route(address, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
        self.inspector.goto(address)
        self.inspector.unroute_all()
        return self.inspector

    def width(self) -> int:
        """How wide the page is; more than the screen means it must be pushed sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    # By hand

    def type(self, label: str, text: str) -> None:
        """Into the field of this label, key by key; what stood there is replaced."""
        field = self.page.get_by_label(label, exact=True)
        field.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, label: str) -> None:
        """A box or a radio button, with the space bar."""
        self.page.get_by_label(label, exact=True).focus()
        self.page.keyboard.press("Space")

    def press(self, key: str) -> None:
        """A key that leads to another page or sends a form."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def enter(self, what: Locator) -> None:
        """Enter on a link or a button."""
        what.focus()
        self.press("Enter")

    def send(self, button: str) -> None:
        """Enter on the button of this name."""
        self.enter(self.page.get_by_role("button", name=button, exact=True))

    def log_in(self, user: User) -> None:
        """Through the door everybody uses."""
        self.go("/login/")
        self.type("用户名", user.username)
        self.type("口令", PASSWORD)
        self.press("Enter")
        assert self.path != "/login/", self.text
