"""The command that changes keys, killed by the kernel in the middle of its work (P07)."""

import base64
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings as configured
from django.db import connection
from pytest_django import Settings

from approvals.cases.models import Case, Correction, Party
from hall.privacy import rotation
from hall.privacy.keys import keyring
from tests.builders import MONDAY, Hall, make_case, person

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NEW = "k9:" + base64.b64encode(b"n" * 32).decode()
ROWS = 400


def _rows(case: Case, hall: Hall) -> None:
    """Many cases would take long to file; corrections of one case hold sealed values as well."""
    facts = {"case": case, "reason": "更正", "agreed": True, "proposed_by": hall.clerk, "reviewed_by": hall.approver}
    Correction.objects.bulk_create(
        Correction(before=f"138{n:08d}", after=f"139{n:08d}", proposed_at=MONDAY, reviewed_at=MONDAY, **facts)
        for n in range(ROWS)
    )


def test_p07_killed_by_the_kernel_half_way_every_row_reads_and_a_second_run_ends_it(settings: Settings) -> None:
    hall = Hall()
    _rows(make_case(hall, applicant=person("张小明")), hall)
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"
    whole = rotation.left()
    assert whole > 2 * ROWS
    process = _started(settings.FIELD_KEYS)
    try:
        deadline = time.monotonic() + 60
        while rotation.left() == whole and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    half = rotation.left()
    assert 0 < half < whole
    _all_read()
    assert rotation.rotate().unreadable == []
    assert rotation.left() == 0
    settings.FIELD_KEYS = NEW
    assert keyring().current == "k9"
    _all_read()


def _started(keys: str) -> subprocess.Popen[bytes]:
    place = connection.settings_dict
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}"
    told = {"DATABASE_URL": url, "HALL_FIELD_KEYS": keys, "HALL_INDEX_KEY": configured.INDEX_KEY}
    command = [sys.executable, "manage.py", "rotate_keys", "--batch", "1"]
    return subprocess.Popen(
        command, env=os.environ | told, cwd=configured.BASE_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _all_read() -> None:
    assert Party.objects.get().name == "张小明"
    pairs = [(row.before[:3], row.after[:3]) for row in Correction.objects.all()]
    assert pairs == [("138", "139")] * ROWS
