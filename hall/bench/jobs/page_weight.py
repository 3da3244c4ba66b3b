"""What a citizen's telephone loads to see where a case is: bytes on the wire, hosts, round trips to first paint."""

import gzip
import http.client
import re
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import brotli

from hall.bench.jobs.http import TOKEN, cookies_of_anybody, printed
from hall.bench.measuring import Ground, Must, Result
from hall.bench.server import serving

KILOBYTE: Final = 1000
_LOADED: Final = re.compile(
    r"""<(?:link\b[^>]*?\brel="(?:stylesheet|icon|preload|manifest)"[^>]*?\bhref"""
    r"""|script\b[^>]*?\bsrc|img\b[^>]*?\bsrc)="([^"]+)\""""
)
_BLOCKS: Final = re.compile(
    r"""<link\b[^>]*?\brel="stylesheet"[^>]*>|<script\b(?![^>]*\b(?:defer|async|type="module"))[^>]*\bsrc="""
)


def measure(ground: Ground) -> Result:
    """The page of one's own case, everything it names included, as a browser that takes gzip and brotli gets it."""
    docket, code = printed(1)[0]
    form = urlencode({"csrfmiddlewaretoken": TOKEN, "docket": docket, "code": code})
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "web.log") as port:
        size, page = _answer(port, "POST", "/lookup/", form)
        named = [path for path in _LOADED.findall(page) if not path.startswith("data:")]
        elsewhere = [path for path in named if urlsplit(path).netloc]
        sizes = [size, *(_answer(port, "GET", path)[0] for path in named if path not in elsewhere)]
    trips = 2 if _BLOCKS.search(page) else 1
    weight = sum(sizes) / KILOBYTE
    return Result(
        "page_weight", ground.scale.name, weight, "kB", len(sizes),
        musts=(Must("千字节", weight, 60), Must("别处", len(elsewhere), 0), Must("首屏往返", trips, 1)),
        also={"html_kb": size / KILOBYTE, "other_hosts": len(elsewhere), "round_trips": trips},
    )  # fmt: skip


def _answer(port: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    """Bytes of the answer's head and body as sent, and its text where it is HTML."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Accept-Encoding": "gzip, br", "Cookie": cookies_of_anybody()}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    line.request(method, path, body, headers)
    answer = line.getresponse()
    sent = answer.read()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    line.close()
    return head + len(sent), _text(sent, answer.getheader("Content-Encoding", ""))


def _text(sent: bytes, encoding: str) -> str:

    if encoding == "br":
        sent = brotli.decompress(sent)
    if encoding == "gzip":
        sent = gzip.decompress(sent)
    return sent.decode("utf-8", "replace")
