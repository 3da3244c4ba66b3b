"""Files people handed in: each content once, under its hash, sealed; lists say which path had which. No Django in here.

A file is written before the row that names it, and never changed. So the files are collected after the database, and
again every half minute; a restored row finds its file, and there may be files too many, never one too few (B04).
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from hall.backup.files import whole
from hall.backup.sealed import Damaged, seal, unseal
from hall.backup.vault import MEDIA, NAME_FORMAT, Base, Vault

BLOBS: Final = "blobs"
LATER: Final = "later"
CACHE: Final = "known.json"
Listed = dict[str, str]


def collect(vault: Vault, files: Path, at: datetime) -> Listed:
    """Bring every new file into the vault; returns all paths with their hashes. A file that goes meanwhile is left."""
    known, now = _remembered(vault), {}
    for path, stamp in _walk(files):
        if known.get(path, ("", ""))[0] == stamp:
            now[path] = known[path]
        elif digest := _store(vault, files / path):
            now[path] = (stamp, digest)
    fresh = {path: digest for path, (_, digest) in now.items() if known.get(path, ("", ""))[1] != digest}
    if fresh:
        _list_later(vault, fresh, at)
    if now != known:
        with whole(vault.media / CACHE) as file:
            file.write(json.dumps(now).encode())
    return {path: digest for path, (_, digest) in now.items()}


def as_stream(listed: Listed) -> IO[bytes]:
    """A list as it is sealed."""
    return io.BytesIO(json.dumps(listed, sort_keys=True).encode())


def listed_in(vault: Vault, base: Base) -> Listed:
    """The paths a base backup knew. Raises Damaged or KeyProblem."""
    return _read(vault, vault.place_of(base) / MEDIA, f"base/{base.name}/media")


def listed_later(vault: Vault, base: Base | None = None) -> Listed:
    """What came since a base backup was begun; everything without one."""
    found: Listed = {}
    for path in later_lists(vault):
        if base is None or path.name >= base.name:
            found |= _read(vault, path, f"media/{path.name}")
    return found


def later_lists(vault: Vault) -> list[Path]:
    """The lists between the base backups, oldest first."""
    folder = vault.media / LATER
    return sorted(folder.glob("[0-9]*")) if folder.is_dir() else []


def blob(vault: Vault, digest: str) -> Path:
    """Where a content lies."""
    return vault.media / BLOBS / digest[:2] / digest


def blobs(vault: Vault) -> Iterator[Path]:
    """Every content there is."""
    return (path for path in (vault.media / BLOBS).glob("??/*") if not path.name.startswith("."))


def lay_out(vault: Vault, base: Base, target: Path) -> int:
    """Write every file the base backup and the lists since name; returns how many. Raises Damaged or KeyProblem."""
    listed = listed_in(vault, base) | listed_later(vault, base)
    for path, digest in listed.items():
        place = PurePosixPath(path)
        if place.is_absolute() or ".." in place.parts:
            raise Damaged(f"文件名不合规：{path}")
        _bring(vault, digest, target / place)
    return len(listed)


def check_blob(vault: Vault, digest: str) -> None:
    """Read a content to its end. Raises Damaged, KeyProblem, or OSError where it is gone."""
    hasher = hashlib.sha256()
    with blob(vault, digest).open("rb") as file:
        for piece in unseal(file, name=f"media/{digest}", keys=vault.keys):
            hasher.update(piece)
    if hasher.hexdigest() != digest:
        raise Damaged(f"附件 {digest[:12]} 的内容与它的编号不符。")


def _bring(vault: Vault, digest: str, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with blob(vault, digest).open("rb") as file, whole(target) as written:
            for piece in unseal(file, name=f"media/{digest}", keys=vault.keys):
                written.write(piece)
    except FileNotFoundError:
        raise Damaged(f"备份里缺少附件 {digest[:12]}。") from None


def _store(vault: Vault, path: Path) -> str:
    """Seal a file under the hash of its content; empty where it has gone."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            place = blob(vault, digest)
            if not place.exists():
                file.seek(0)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                with whole(place) as target:
                    seal(file, target, name=f"media/{digest}", keys=vault.keys)
    except FileNotFoundError:
        return ""
    return digest


def _list_later(vault: Vault, fresh: Listed, at: datetime) -> None:
    folder = vault.media / LATER
    folder.mkdir(mode=0o700, exist_ok=True)
    name = f"{at.astimezone(UTC).strftime(NAME_FORMAT)}-{os.urandom(4).hex()}"
    with whole(folder / name) as target:
        seal(as_stream(fresh), target, name=f"media/{name}", keys=vault.keys)


def _read(vault: Vault, path: Path, name: str) -> Listed:
    try:
        with path.open("rb") as file:
            found = json.loads(b"".join(unseal(file, name=name, keys=vault.keys)))
    except (OSError, ValueError):
        raise Damaged(f"附件清单读不出来：{path.name}") from None
    return {str(key): str(value) for key, value in found.items()}


def _walk(files: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder, with a stamp that changes when it is written."""
    for folder, _, names in os.walk(files):
        for name in names:
            path = Path(folder) / name
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            yield path.relative_to(files).as_posix(), f"{found.st_size}-{found.st_mtime_ns}"


def _remembered(vault: Vault) -> dict[str, tuple[str, str]]:
    """What was collected before, so that it is not read again; a lost memory costs time only."""
    try:
        found = json.loads((vault.media / CACHE).read_text())
        return {str(path): (str(stamp), str(digest)) for path, (stamp, digest) in found.items()}
    except (OSError, ValueError, AttributeError):
        return {}
