"""The audit of dependencies (W10): the bill of the lock, and what is said of each answer a service may give."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("audit", PROJECT / "script" / "audit.py")
assert _spec
assert _spec.loader
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)
LOCK = """django==5.2.19 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via -r in.txt
Zope.Interface==1.0 ; python_version < "3" \\
    --hash=sha256:{a}
""".format(a="a" * 64, b="b" * 64)


class Service(HTTPServer):
    """Answers every question with `status` and `body`, and remembers what it was asked."""

    status, body, headers = 200, b"{}", {}
    asked: list[Any]


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append((self.path, json.loads(self.rfile.read(length))))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), Answer)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK)
    return path


def run(lock: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("HALL_OSV", address)
    return int(audit.main(lock.parent / "sbom.json", lock))


def address(service: Service) -> str:
    return f"http://127.0.0.1:{service.server_port}"


def test_w10_the_lock_is_read_whole(lock: Path) -> None:
    packages = list(audit.locked(lock.read_text()))
    assert [(p.name, p.version, len(p.hashes)) for p in packages] == [
        ("django", "5.2.19", 2),
        ("Zope.Interface", "1.0", 1),
    ]
    assert packages[1].purl == "pkg:pypi/zope-interface@1.0"


def test_w10_our_own_lock_has_every_package_with_its_hashes() -> None:
    packages = list(audit.locked((PROJECT / "requirements.txt").read_text()))
    assert len(packages) > 40
    assert all(p.hashes for p in packages)
    assert "django" in {p.name for p in packages}


def test_w10_the_bill_is_cyclonedx_and_the_same_every_time(lock: Path) -> None:
    packages = list(audit.locked(lock.read_text()))
    made = audit.bill(packages)
    assert (made["bomFormat"], made["specVersion"], len(made["components"])) == ("CycloneDX", "1.5", 2)
    assert made == audit.bill(packages)
    django = made["components"][0]
    assert django["bom-ref"] == django["purl"] == "pkg:pypi/django@5.2.19"
    assert django["licenses"][0]["license"]["name"]


def test_w10_a_known_weakness_fails_the_audit(
    lock: Path, service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service.body = json.dumps({"results": [{"vulns": [{"id": "GHSA-1"}, {"id": "CVE-2"}]}, {}]}).encode()
    assert run(lock, address(service), monkeypatch) == audit.KNOWN
    assert "django 5.2.19：GHSA-1、CVE-2" in capsys.readouterr().out
    path, asked = service.asked[0]
    assert path == "/v1/querybatch"
    assert asked["queries"][0] == {"package": {"name": "django", "ecosystem": "PyPI"}, "version": "5.2.19"}


def test_w10_nothing_known_passes(lock: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.body = b'{"results": [{}, {}]}'
    assert run(lock, address(service), monkeypatch) == audit.NOTHING
    assert (lock.parent / "sbom.json").is_file()


@pytest.mark.parametrize("named", ["", "file:///etc/passwd", "ftp://x", "nonsense"])
def test_w10_without_a_service_it_says_that_nobody_was_asked(
    lock: Path, named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(lock, named, monkeypatch) == audit.NOT_ASKED
    assert "没有查询漏洞" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b""), (302, b""), (200, b"not json"), (200, b"{}"), (200, b'{"results": []}'),
        (200, b'{"results": [1, 2]}'),
        (200, b'{"results": [{"vulns": [{}]}, {}]}'), (200, b"[]"),
    ],
)  # fmt: skip
def test_w10_an_answer_that_is_none_is_never_taken_for_all_is_well(
    lock: Path, service: Service, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    service.status, service.body = status, body
    service.headers = {"Location": "http://127.0.0.1:9/"} if status == 302 else {}
    assert run(lock, address(service), monkeypatch) == audit.NOT_ASKED


def test_w10_a_service_that_is_away_is_said(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(lock, "http://127.0.0.1:9", monkeypatch) == audit.NOT_ASKED


def test_no_address_of_a_service_is_in_the_script() -> None:
    assert "osv.dev" not in (PROJECT / "script" / "audit.py").read_text() + (PROJECT / "script" / "audit").read_text()
