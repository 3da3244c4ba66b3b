"""Photos of a patrol: what may be kept, what a phone hid in them, and how they lie on disk.

The type is read from the content. Place, time, device and every comment are cut out of the file before it is kept; of
what a camera notes beside the picture only the way it was held stays, or half of them would lie on their side. On disk
lies an envelope under a random key (law 13).
"""

import hashlib
import secrets
import struct
import zlib
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from hall.conduct.models import Photo
from hall.facts.errors import Refused
from hall.privacy import cipher

MAX_BYTES: Final = 10 * 1024 * 1024
ACCEPT: Final = "image/jpeg,image/png"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"})
_ORIENTATION: Final = 0x0112
_NO_PHOTO: Final = "只能上传 JPG 或 PNG 照片。请用手机相机拍照，或另存为 JPG。"


def sealed(content: bytes) -> Photo:
    """Lay a photo on disk; returns its row, to be saved by who adds it. Raises Refused (field photo) for what is none,
    or too large."""
    if len(content) > MAX_BYTES:
        raise Refused("照片最大 10 MB。请用普通画质重新拍一张。", field="photo")
    media_type, clean = cleaned(content)
    row = Photo(media_type=media_type, size=len(clean), sha256=hashlib.sha256(clean).hexdigest())
    key = secrets.token_hex(16)
    envelope = cipher.encrypt_bytes(clean, context=_place(row))
    row.storage_key = default_storage.save(f"patrol/{key[:2]}/{key}", ContentFile(envelope))
    return row


def content_of(row: Photo) -> bytes:
    """The picture. Raises DecryptionFailed, or ValueError where it does not match its hash."""
    with default_storage.open(row.storage_key) as file:
        content = cipher.decrypt_bytes(file.read(), context=_place(row))
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"photo {row.pk} does not match its hash")
    return content


def cleaned(content: bytes) -> tuple[str, bytes]:
    """Media type and content without what was hidden in it. Raises Refused for everything but JPEG and PNG."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _clean_jpeg(content)
        if content.startswith(_PNG):
            return "image/png", _clean_png(content)
    except (struct.error, IndexError):
        raise Refused("这张照片不完整，打不开。请重新拍一张。", field="photo") from None
    raise Refused(_NO_PHOTO, field="photo")


def _clean_jpeg(content: bytes) -> bytes:
    """Drop every APPn but JFIF, ICC and Adobe (colours depend on them), and all comments (ITU-T T.81, B.2.4.6)."""
    kept, position, turned = [b"\xff\xd8"], 2, 1
    while (marker := _marker(content, position)) != 0xDA:
        if marker == 0xFF:  # fill bytes may stand before a marker
            position += 1
            continue
        (length,) = struct.unpack(">H", content[position + 2 : position + 4])
        segment = content[position : position + 2 + length]
        if len(segment) < length + 2 or length < 2:
            raise IndexError(position)
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        if _is_picture(marker, segment):
            kept.append(segment)
        position += 2 + length
    if turned != 1:
        kept.insert(1, _oriented(turned))
    return b"".join(kept) + _scan(content[position:])


def _marker(content: bytes, position: int) -> int:
    if content[position] != 0xFF:
        raise IndexError(position)
    return content[position + 1]


def _is_picture(marker: int, segment: bytes) -> bool:
    hidden = 0xE1 <= marker <= 0xEF or marker == 0xFE
    return not hidden or marker == 0xEE or segment[4:16] == b"ICC_PROFILE\0"


def _scan(rest: bytes) -> bytes:
    """The picture up to its end; what some phones append behind it (a film, a second picture) goes."""
    end = rest.rfind(b"\xff\xd9")
    return rest[: end + 2] if end >= 0 else rest + b"\xff\xd9"


def _orientation(tiff: bytes) -> int:
    """The tag of the way the camera was held, 1 to 8; 1 where it cannot be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (first,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[first : first + 2])
        for place in range(first + 2, first + 2 + 12 * min(count, 200), 12):
            tag, _, _, value = struct.unpack(order + "HHIH", tiff[place : place + 10])
            if tag == _ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except (KeyError, struct.error):
        return 1
    return 1


def _oriented(value: int) -> bytes:
    """An Exif segment that says nothing but how the picture is turned."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _clean_png(content: bytes) -> bytes:
    """Keep the chunks a picture is made of; texts, times and Exif go."""
    kept, position = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack(">I", content[position : position + 4])
        kind, chunk = content[position + 4 : position + 8], content[position : position + 12 + length]
        if len(chunk) < length + 12 or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise IndexError(position)
        if kind in _PNG_KEPT:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        position += 12 + length


def _place(row: Photo) -> str:
    return f"conduct_photo.content.{row.pk}"
