"""Files of a backup: compressed, then AES-256-GCM in pieces, so that any length passes through a little memory.

Header: mark, id of the key, 16 random bytes. They make a key for this file alone (HKDF, RFC 5869); pieces are numbered
and the last one says so, so that none can be left out, moved or cut off (STREAM: Hoang and others, 2015). The name the
file goes by is part of what is authenticated: one segment of the log cannot be passed off as another. No Django.
"""

import hashlib
import hmac
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hall.backup.keys import Keys

MARK: Final = b"HALLBK1\n"
PIECE: Final = 1 << 20
TAG: Final = 16
SALT: Final = 16
QUICK: Final = 1  # the level of zlib: the log of a quiet minute is mostly zeros


class Damaged(Exception):
    """A sealed file is not what was written; a Chinese sentence with its name."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of sealing: length and SHA-256 of the sealed file, length and SHA-256 of what is in it."""

    size: int
    sha256: str
    plain_size: int
    plain_sha256: str


def seal(source: IO[bytes], target: IO[bytes], *, name: str, keys: Keys) -> Written:
    """Seal everything that can be read from `source` under a name."""
    salt = os.urandom(SALT)
    key_id = keys.current.encode()
    header = MARK + bytes([len(key_id)]) + key_id + salt
    cipher, aad = AESGCM(_file_key(keys.named(keys.current), salt)), header + name.encode()
    read, written = _Counted(), _Counted()
    target.write(written.counted(header))
    for number, (piece, last) in enumerate(_pieces(_packed(source, read))):
        target.write(written.counted(cipher.encrypt(_nonce(number, last=last), piece, aad)))
    return Written(written.size, written.digest.hexdigest(), read.size, read.digest.hexdigest())


class _Counted:
    """Length and digest of what passes by."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def counted(self, data: bytes) -> bytes:
        self.size += len(data)
        self.digest.update(data)
        return data


def _packed(source: IO[bytes], read: _Counted) -> Iterator[bytes]:
    packer = zlib.compressobj(QUICK)
    while block := source.read(PIECE):
        yield packer.compress(read.counted(block))
    yield packer.flush()


def _pieces(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of one length, and whether it is the last, which may be shorter or empty."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) > PIECE:
            yield bytes(waiting[:PIECE]), False
            del waiting[:PIECE]
    yield bytes(waiting), True


def unseal(source: IO[bytes], *, name: str, keys: Keys) -> Iterator[bytes]:
    """What is in a sealed file, piece by piece; each is genuine when it comes. Raises Damaged or KeyProblem."""
    header, key_id, salt = _header(source, name)
    cipher, aad = AESGCM(_file_key(keys.named(key_id), salt)), header + name.encode()
    unpacker, number = zlib.decompressobj(), 0
    sealed = source.read(PIECE + TAG)
    while True:
        following = source.read(PIECE + TAG)
        try:
            plain = unpacker.decompress(cipher.decrypt(_nonce(number, last=not following), sealed, aad))
        except (InvalidTag, ValueError, zlib.error):
            raise Damaged(f"{name} 已损坏：内容与写入时不一致。") from None
        if plain:
            yield plain
        if not following:
            break
        sealed, number = following, number + 1
    if not unpacker.eof or unpacker.unused_data:
        raise Damaged(f"{name} 已损坏：没有写完。")


class Reader:
    """A sealed file as a stream to read from, for tar."""

    def __init__(self, source: IO[bytes], *, name: str, keys: Keys) -> None:
        self._pieces = unseal(source, name=name, keys=keys)
        self._waiting = b""

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        parts, missing = [], size
        while missing:
            if not self._waiting:
                self._waiting = next(self._pieces, b"")
                if not self._waiting:
                    break
            parts.append(self._waiting[:missing])
            self._waiting = self._waiting[missing:]
            missing -= len(parts[-1])
        return b"".join(parts)

    def drain(self) -> None:
        """Read to the end: only then it is known that nothing is missing there."""
        self._waiting = b""
        for _ in self._pieces:
            pass


def _header(source: IO[bytes], name: str) -> tuple[bytes, str, bytes]:
    start = source.read(len(MARK) + 1)
    if len(start) <= len(MARK) or not start.startswith(MARK):
        raise Damaged(f"{name} 不是备份文件，或开头已损坏。")
    rest = source.read(start[-1] + SALT)
    if len(rest) != start[-1] + SALT:
        raise Damaged(f"{name} 已损坏：没有写完。")
    return start + rest, rest[: start[-1]].decode("ascii", "replace"), rest[start[-1] :]


def _file_key(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(hmac.digest(salt, key, "sha256"), b"hall.backup.file\x01", "sha256")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
