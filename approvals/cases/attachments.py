"""Scans and uploads: what may be kept, and how it lies on disk. `actions.attach` writes the row and the event.

The type is read from the content, never from a name or a header of the upload (ASVS 5.2). The name a file came with is
dropped: it often holds a person's name. On disk lies an envelope under a random key, so that neither the folder nor a
backup of it tells whose papers these are (law 13).
"""

import hashlib
import io
import secrets
import zipfile
from dataclasses import dataclass
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from approvals.cases.models import Attachment
from hall.facts.errors import Refused
from hall.privacy import cipher

# A hundred scanned pages; more is a sign that something else was chosen. One request holds one file in memory.
MAX_BYTES: Final = 20 * 1024 * 1024
_MAX_ENTRIES: Final = 2000
_WORDS: Final = "PDF、PNG、JPG、OFD、DOCX、XLSX"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file the hall keeps. `inline`: a browser shows it without running anything in it."""

    extension: str
    media_type: str
    label: str
    inline: bool = False


PDF: Final = FileType("pdf", "application/pdf", "PDF", inline=True)
PNG: Final = FileType("png", "image/png", "PNG", inline=True)
JPEG: Final = FileType("jpg", "image/jpeg", "JPG", inline=True)
OFD: Final = FileType("ofd", "application/ofd", "OFD")
DOCX: Final = FileType("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX")
XLSX: Final = FileType("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX")
BY_MEDIA_TYPE: Final = {kind.media_type: kind for kind in (PDF, PNG, JPEG, OFD, DOCX, XLSX)}
ACCEPT: Final = ",".join(f".{kind.extension}" for kind in BY_MEDIA_TYPE.values()) + ",.jpeg"

_MAGIC: Final = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
# GB/T 33190 and ECMA-376 are archives; the part each cannot be without tells them apart.
_PARTS: Final = (("OFD.xml", OFD), ("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))


def type_of(content: bytes) -> FileType:
    """What the bytes are. Raises Refused with a sentence for everything the hall does not keep."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    names = _archived(content)
    for part, kind in _PARTS:
        if part in names:
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refused("这份文件带有宏，不能上传。请另存为不带宏的文件或 PDF。", field="file")
            return kind
    raise Refused(f"只能上传 {_WORDS}。请转成 PDF 后再传。", field="file")


def _archived(content: bytes) -> frozenset[str]:
    """Names in a ZIP archive, without unpacking anything; none where it is no archive or an absurd one."""
    if not content.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        return frozenset()
    return frozenset(names) if len(names) <= _MAX_ENTRIES else frozenset()


def check(content: bytes) -> FileType:
    """The type of an acceptable file. Raises Refused for an empty, too large or unknown one."""
    if not content:
        raise Refused("文件是空的，请重新选择。", field="file")
    if len(content) > MAX_BYTES:
        raise Refused(
            f"文件有 {_megabytes(len(content))}，最大 {_megabytes(MAX_BYTES)}。请压缩或分成几份。", field="file"
        )
    return type_of(content)


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB".replace(".0 ", " ")


def store(row: Attachment, content: bytes) -> None:
    """Write the envelope and note in `row` where it lies and what it is; the caller saves the row."""
    row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    key = secrets.token_hex(16)
    envelope = cipher.encrypt_bytes(content, context=_place(row))
    row.storage_key = default_storage.save(f"attachments/{key[:2]}/{key}", ContentFile(envelope))


def discard(row: Attachment) -> None:
    """Take back a stored file whose row was not written after all."""
    if row.storage_key:
        default_storage.delete(row.storage_key)


def content_of(row: Attachment) -> bytes:
    """The bytes as they were uploaded. Raises DecryptionFailed, or ValueError where they do not match their hash."""
    with default_storage.open(row.storage_key) as file:
        content = cipher.decrypt_bytes(file.read(), context=_place(row))
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"attachment {row.pk} does not match its hash")
    return content


def _place(row: Attachment) -> str:
    return f"cases_attachment.content.{row.pk}"
