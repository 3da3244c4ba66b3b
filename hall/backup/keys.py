"""The keys of backups: apart from those of fields, kept in a file, written on paper. No Django in here."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
LONGEST_ID: Final = 40


class KeyProblem(Exception):
    """No key, not this key, or none that can be read; a Chinese sentence without any part of a key."""


@dataclass(frozen=True)
class Keys:
    """`current` seals; all of them open what they once sealed."""

    current: str
    held: dict[str, bytes]

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.held)})"

    def named(self, key_id: str) -> bytes:
        """The key of an id. Raises KeyProblem."""
        if key_id not in self.held:
            raise KeyProblem(f"这份备份用密钥 {key_id} 加密，手头没有这把密钥。请按密钥单补上。")
        return self.held[key_id]


def read(path: Path) -> Keys:
    """The keys of a file. Raises KeyProblem."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError):
        raise KeyProblem(
            f"读不到备份密钥 {path}。没有它，备份打不开。请按密钥单补回：manage.py backup_key --enter"
        ) from None
    return parse(text)


def parse(text: str) -> Keys:
    """Entries `id:base64`, one a line or apart by commas. Raises KeyProblem."""
    held: dict[str, bytes] = {}
    for line in filter(None, (line.strip() for line in text.replace(",", "\n").splitlines())):
        key_id, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not (key_id.isalnum() and key_id.isascii() and len(key_id) <= LONGEST_ID) or len(key) != KEY_BYTES:
            raise KeyProblem("备份密钥写错了：每行应为 编号:base64，密钥 32 字节。请照密钥单逐字核对。")
        held[key_id] = key
    if not held:
        raise KeyProblem("没有备份密钥。")
    return Keys(next(iter(held)), held)


def fingerprint(text: str) -> str:
    """Eight characters by which a person sees that a key was typed right; they tell nothing of the key."""
    return hashlib.sha256(b"hall.backup.fingerprint|" + text.strip().encode()).hexdigest()[:8]
