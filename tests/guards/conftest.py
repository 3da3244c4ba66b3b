"""A browser, and a server of the gallery that needs no database.

Both live as long as one module: the settings they override and the event loop they run must not reach other tests.
"""

import copy
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import Browser, Page, sync_playwright


class Quiet(WSGIRequestHandler):
    """Requests are not written to the terminal of the test run."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it)
        pass


def gallery_settings() -> dict[str, object]:
    """Our templates, our policy, our forms; no session, no account, no database."""
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"] = [
        "django.template.context_processors.request",
        "tests.guards.gallery_urls.frame",
    ]
    return {
        "ROOT_URLCONF": "tests.guards.gallery_urls",
        "TEMPLATES": templates,
        "MIDDLEWARE": ["csp.middleware.CSPMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
        "DEBUG": True,  # static files come straight from static/
    }


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    with override_settings(**gallery_settings()):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(StaticFilesHandler(get_wsgi_application()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("HALL_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no chromium: install it, or name it in HALL_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()
