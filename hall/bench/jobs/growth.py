"""The clerk's worklist and the page of a case: do they stay as quick as they were at ten thousand cases?"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from approvals.cases.models import Case
from hall.bench.jobs.people import a_clerk
from hall.bench.measuring import Ground, Must, Result, middle
from hall.bench.scratch import SCALES, opened

RUNS: Final = 15
SMALL: Final = SCALES["10k"]


def measure(ground: Ground) -> Result:
    """Server time of both pages here and at ten thousand cases, in the same run; the worse factor counts."""
    here = _pages()
    with opened(SMALL, ground.told):
        small = _pages()
    factors = {name: here[name] / small[name] for name in here}
    worst = max(factors, key=lambda name: factors[name])
    return Result(
        "worklist_growth", ground.scale.name, here[worst] * 1000, "ms", RUNS, floor=small[worst] * 1000,
        musts=tuple(Must(name, factor, 2) for name, factor in factors.items()),
        also={f"{name}_ms": seconds * 1000 for name, seconds in here.items()},
    )  # fmt: skip


def _pages() -> dict[str, float]:
    clerk = a_clerk()
    docket = Case.objects.filter(handler=clerk.staff).order_by("-received_at").values_list("docket", flat=True)[0]
    with _in_process() as browser:
        browser.force_login(clerk)
        return {
            "worklist": middle(lambda: _read(browser, "/work/"), RUNS),
            "case": middle(lambda: _read(browser, f"/work/cases/{docket}/"), RUNS),
        }


def _read(browser: Client, path: str) -> None:
    status = browser.get(path).status_code
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")


@contextmanager
def _in_process() -> Iterator[Client]:
    """The pages without a server: static names need no manifest here."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        tempfile.TemporaryDirectory() as folder,
        override_settings(
            ALLOWED_HOSTS=["testserver"], STORAGES={**settings.STORAGES, "staticfiles": plain}, STATIC_ROOT=folder
        ),
    ):
        yield Client()
