"""What every test stands on: real servers, quick password hashing, plain static files, files in a temporary folder.

Without `DATABASE_URL` and `REDIS_URL` one embedded PostgreSQL and one embedded Redis are started for the whole run, by
the process that was called (xdist workers inherit them, each with its own test database), and removed after it.
"""

import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from hall.local.broker import start_redis
from hall.local.databases import database_settings
from hall.local.paths import redis_socket, run_dir
from hall.local.postgres import FORGETFUL, Postgres
from hall.local.servants import find_servant
from hall.local.trouble import Trouble
from tests.append_only import django_db_setup, flush_despite_triggers  # noqa: F401 - fixtures of every test
from tests.longest import (  # noqa: F401 - hooks of every run
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    pytest_terminal_summary,
)
from tests.quick import quicken
from tests.worlds import file_tables, hall, house, make_way  # noqa: F401 - fixtures of every test

# A busy machine is no counter-example: properties have no deadline of their own.
# CI tries the same examples every time; at a desk every run tries others.
hypothesis_settings.register_profile("hall", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis_settings.load_profile("hall")


class Servers:
    """The servers and the folder of one test run."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hall-tests-"))
        self.folder.chmod(0o711)  # as root the servers run as another user and must pass through
        os.environ["HALL_DATA_DIR"] = str(self.folder)
        self.postgres: Postgres | None = None
        self.redis: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start what the environment does not name, and name it there for everyone who is started later."""
        servant = find_servant() if not {"DATABASE_URL", "REDIS_URL"} <= set(os.environ) else None
        if servant and not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(servant, FORGETFUL)
            self.postgres.ensure(tied=True)
            os.environ["DATABASE_URL"] = f"postgresql://hall@/hall?host={run_dir()}"
        if servant and not os.environ.get("REDIS_URL"):
            self.redis = start_redis(servant)
            os.environ["REDIS_URL"] = f"redis+socket://{redis_socket()}"

    def stop(self) -> None:
        """Stop what was started and remove the folder."""
        if self.redis:
            self.redis.terminate()
            self.redis.wait()
        if self.postgres:
            self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


SERVERS = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once and swap what is slow or writes outside the temporary folder."""
    # xdist would put files with many tests first, but the longest files are the ones with few.
    config.option.loadscopereorder = False
    if not hasattr(config, "workerinput"):
        config.stash[SERVERS] = servers = Servers()
        try:
            servers.start()
        except Trouble as trouble:
            pytest.exit(str(trouble), returncode=3)
    folder = Path(os.environ["HALL_DATA_DIR"])
    # The settings were read before this file; their dictionary is changed in place, where connections look.
    place = database_settings()
    settings.DATABASES["default"].update({key: place[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    settings.CELERY_BROKER_URL = os.environ["REDIS_URL"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = folder / "media"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
    settings.OUTBOX_DIR = folder / "outbox"


MISSING = {
    "browser": lambda: "no browser: HALL_CHROMIUM names none (script/test looks for one)" if not find_browser() else "",
    "real_data": lambda: "" if os.environ.get("HALL_REAL_DATA") else "HALL_REAL_DATA names no folder",
}


def find_browser() -> str | None:
    """The browser of this machine."""
    named = os.environ.get("HALL_CHROMIUM")
    return shutil.which(named or "chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser or the real data where there is none; a test that commits gets the tables alone."""
    make_way(item)
    for marker, reason in MISSING.items():
        if item.get_closest_marker(marker) and (text := reason()):
            pytest.skip(text)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything must be tested (`HALL_NO_SKIP=1`, as .ci/run says), such a skip is a failure."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and os.environ.get("HALL_NO_SKIP") == "1" and any(map(item.get_closest_marker, MISSING)):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be: {report.longreprtext}"
    return report


@pytest.fixture(autouse=True, scope="session")
def quick() -> None:
    """For every test."""
    quicken()


def pytest_collection() -> None:
    """Sixteen thousand tests are gathered; looking for rubbish among them meanwhile takes a quarter of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was gathered stays to the end: the collector need not walk through it after every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers of this run."""
    servers = config.stash.get(SERVERS, None)
    if servers is not None:
        servers.stop()
