"""The web server of a measurement: it is there for the measurement, and only for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from hall.local.children import PROJECT
from hall.local.ports import page_answers
from hall.local.processes import wait_until

MEASUREMENT = """
import sys
from pathlib import Path
import django
django.setup()
from hall.bench.server import serving
with serving(Path(sys.argv[1])) as port:
    print(port, flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_a_measurement_that_is_stopped(tmp_path: Path, number: int) -> None:
    place = connection.settings_dict
    # With a password, which nobody asks for, no role of the application is made on the server that all tests share.
    address = f"postgresql://{place['USER']}:unasked@/{place['NAME']}?host={place['HOST']}"
    with subprocess.Popen(
        [sys.executable, "-c", MEASUREMENT, str(tmp_path / "web.log")],
        cwd=PROJECT, env={**os.environ, "DATABASE_URL": address}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as measurement:  # fmt: skip
        assert measurement.stdout
        port = int(measurement.stdout.readline())
        assert page_answers("127.0.0.1", port)
        measurement.send_signal(number)
        measurement.wait(10)
    assert wait_until(lambda: not page_answers("127.0.0.1", port), 15)
