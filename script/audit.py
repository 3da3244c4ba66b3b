"""The bill of materials of the lock file, and what a vulnerability service knows of it. Needs nothing but Python."""

import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).resolve().parents[1] / "requirements.txt"
PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
SECONDS: Final = 20
LARGEST: Final = 20_000_000  # bytes of an answer
NOTHING, KNOWN, NOT_ASKED = 0, 1, 2


@dataclass(frozen=True)
class Package:
    """One line of the lock file: name, version, and the hashes it may arrive with."""

    name: str
    version: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{re.sub(r'[-_.]+', '-', self.name).lower()}@{self.version}"


class CouldNotAsk(Exception):
    """No service is named, or it did not answer as it should."""


def locked(text: str) -> Iterator[Package]:
    """The packages of a lock file, in its order."""
    for block in re.split(r"\n(?=\S)", text):
        if pin := PIN.match(block):
            yield Package(pin[1], pin[2], tuple(HASH.findall(block)))


def licence_of(name: str) -> str:
    """What the installed package says of its licence; empty where it is not installed or says nothing."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return ""
    said = facts.get("License-Expression") or facts.get("License") or ""
    return said.strip().splitlines()[0][:100] if said.strip() else ""


def bill(packages: list[Package]) -> dict[str, Any]:
    """CycloneDX 1.5. Of nothing but the lock and the installed packages, so that the same lock gives the same bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "service-hall-portal"}},
        "components": [_component(one) for one in packages],
    }


def _component(package: Package) -> dict[str, Any]:
    licence = licence_of(package.name)
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "properties": [{"name": "lock:sha256", "value": value} for value in package.hashes],
    }
    return found | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


class _Stay(urllib.request.HTTPRedirectHandler):
    """An answer that leads elsewhere is no answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def known(packages: list[Package], address: str) -> dict[str, list[str]]:
    """Ids of what the service knows against these very versions, by package. Raises CouldNotAsk."""
    if not re.match(r"https?://", address):
        raise CouldNotAsk("HALL_OSV 没有写服务地址，没有查询漏洞。")
    queries = [{"package": {"name": p.name, "ecosystem": "PyPI"}, "version": p.version} for p in packages]
    body = json.dumps({"queries": queries}).encode()
    ask = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        f"{address.rstrip('/')}/v1/querybatch", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.build_opener(_Stay).open(ask, timeout=SECONDS) as response:
            results = json.loads(response.read(LARGEST))["results"]
        if len(results) != len(packages):
            raise ValueError("an answer for each package was expected")
        ids = [[one["id"] for one in (result or {}).get("vulns", [])] for result in results]
    except (urllib.error.URLError, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CouldNotAsk(f"漏洞查询服务没有正常回答（{type(error).__name__}），没有查询到结果。") from error
    return {f"{p.name} {p.version}": found for p, found in zip(packages, ids, strict=True) if found}


def main(target: Path, lock: Path = LOCK) -> int:
    """Write the bill, ask, and say in a line each what was found."""
    packages = list(locked(lock.read_text("utf-8")))
    target.write_text(json.dumps(bill(packages), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"物料清单：{target}（{len(packages)} 个软件包）")
    try:
        found = known(packages, os.environ.get("HALL_OSV", ""))
    except CouldNotAsk as trouble:
        print(trouble, file=sys.stderr)
        return NOT_ASKED
    for name, ids in found.items():
        print(f"{name}：{'、'.join(ids)}")
    print(f"已知漏洞：{len(found)} 个软件包" if found else "没有已知漏洞。")
    return KNOWN if found else NOTHING


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
