"""The backup folder: `base/` one folder a base backup, `wal/` the log, `media/` files by content. No Django in here.

A base backup counts once its manifest lies beside it. The manifest is plain, so that a person finds the right one, and
holds the SHA-256 of every part and a keyed digest over itself.
"""

import hashlib
import hmac
import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from hall.backup import segments
from hall.backup.archive import FILES
from hall.backup.files import whole
from hall.backup.keys import KeyProblem, Keys
from hall.backup.sealed import Damaged, unseal
from hall.backup.segments import Segment

MANIFEST: Final = "manifest.json"
BASE: Final = "base.tar.sealed"
MEDIA: Final = "media.json.sealed"
NAME_FORMAT: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a base backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Base:
    """One base backup: when it was begun and ended, where in the log, and its parts."""

    name: str
    began_at: datetime
    ended_at: datetime
    system: str
    timeline: int
    start_lsn: str
    stop_lsn: str
    server_version: str
    key_id: str
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def first_segment(self) -> int:
        """The number of the first segment of the log it needs."""
        return segments.number_of(self.start_lsn)


class Vault:
    """The backup folder with the keys that open it."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder, self.keys = folder, keys
        self.base, self.wal, self.media = folder / "base", folder / "wal", folder / "media"

    def prepare(self) -> None:
        """Make the folders. OSError where the disk is not there: the folder itself is never made."""
        for path in (self.base, self.wal, self.media):
            path.mkdir(mode=0o700, exist_ok=True)

    def bases(self) -> list[Base]:
        """Every finished base backup, oldest first. Raises Damaged for a manifest somebody changed."""
        found = sorted(self.base.glob(f"*/{MANIFEST}")) if self.base.is_dir() else []
        return [self.read_manifest(path) for path in found]

    def place_of(self, base: Base) -> Path:
        """The folder of a base backup."""
        return self.base / base.name

    def segments(self) -> list[Segment]:
        """What of the log is there."""
        return sorted(filter(None, (segments.parse(name) for name in self.wal_files())))

    def wal_files(self) -> list[str]:
        """The names of everything in the archive, without what is still being written."""
        return sorted(p.name for p in self.wal.iterdir() if FILES.fullmatch(p.name)) if self.wal.is_dir() else []

    def history(self, timeline: int) -> dict[int, str]:
        """Where a timeline comes from; empty for the first. Raises Damaged or KeyProblem."""
        name = f"{timeline:08X}.history"
        if not (self.wal / name).exists():
            return {}
        with (self.wal / name).open("rb") as file:
            text = b"".join(unseal(file, name=f"wal/{name}", keys=self.keys)).decode("utf-8", "replace")
        return segments.branches(text)

    def newest_timeline(self) -> int:
        """The last timeline the archive knows of; 1 in an empty one."""
        named = [int(name[:8], 16) for name in self.wal_files()]
        return max([*named, *(base.timeline for base in self.bases()), 1])

    def holes(self, base: Base) -> list[Segment]:
        """The segments missing on the way from a base backup to the end of the log. Raises Damaged or KeyProblem."""
        newest = self.newest_timeline()
        start = Segment(base.timeline, segments.after(base.stop_lsn))
        return segments.holes(self.segments(), start, newest, self.history(newest))

    def leads_on(self, base: Base) -> bool:
        """Whether the newest timeline comes from where a base backup was made, not from a branch left before."""
        newest = self.newest_timeline()
        if base.timeline == newest:
            return True
        left = self.history(newest).get(base.timeline)
        return left is not None and segments.position(base.stop_lsn) <= segments.position(left)

    def write_manifest(self, base: Base, folder: Path) -> None:
        """The last file of a base backup."""
        body = _body(base)
        with whole(folder / MANIFEST) as file:
            file.write(json.dumps({**body, "seal": self._seal_of(body, base.key_id)}, indent=1).encode())

    def read_manifest(self, path: Path) -> Base:
        """Raises Damaged where it is not what was written, KeyProblem without its key."""
        try:
            body = json.loads(path.read_text())
            seal = str(body.pop("seal"))
            base = _base(body)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise Damaged(f"备份 {path.parent.name} 的清单读不出来。") from None
        if not hmac.compare_digest(seal, self._seal_of(body, base.key_id)):
            raise Damaged(f"备份 {path.parent.name} 的清单被改动过。")
        return base

    def remove(self, base: Base) -> None:
        """Take a base backup away, its manifest first, so that half of one never counts."""
        folder = self.place_of(base)
        (folder / MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(folder)

    def _seal_of(self, body: dict[str, Any], key_id: str) -> str:
        text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        key = hmac.digest(self.keys.named(key_id), b"hall.backup.manifest", hashlib.sha256)
        return hmac.new(key, text, hashlib.sha256).hexdigest()


def open_vault(folder: Path | None, keys: Keys) -> Vault:
    """The folder as a vault. Raises KeyProblem with a sentence where there is none."""
    if folder is None:
        raise KeyProblem("没有设置备份目录。请用环境变量 HALL_BACKUP_DIR 指定第二块硬盘上的一个目录。")
    if not folder.is_dir():
        raise KeyProblem(f"备份目录不存在：{folder}。第二块硬盘没有接上，或目录还没有建。")
    return Vault(folder, keys)


def _body(base: Base) -> dict[str, Any]:
    return {**asdict(base), "began_at": base.began_at.isoformat(), "ended_at": base.ended_at.isoformat()}


def _base(body: dict[str, Any]) -> Base:
    moments = {name: datetime.fromisoformat(body[name]) for name in ("began_at", "ended_at")}
    parts = {name: Part(**part) for name, part in body["parts"].items()}
    return Base(**{**body, **moments, "parts": parts})
