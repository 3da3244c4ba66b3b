"""Blank forms and filled samples: what a file is, by its content and not by its name. Pure."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_NAME: Final = 120
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


class FileRefusedError(ValueError):
    """The file is not taken; the text is the sentence for its field."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that passed: its bytes, their SHA-256, the type its content shows, a harmless name with that ending."""

    data: bytes
    sha256: str
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Kind:
    media_type: str
    endings: tuple[str, ...]


PDF: Final = Kind("application/pdf", ("pdf",))
JPEG: Final = Kind("image/jpeg", ("jpg", "jpeg"))
PNG: Final = Kind("image/png", ("png",))
DOCX: Final = Kind(f"{_OFFICE}wordprocessingml.document", ("docx",))
XLSX: Final = Kind(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
OLD_OFFICE: Final = Kind("application/msword", ("doc", "wps"))
OLD_SHEET: Final = Kind("application/vnd.ms-excel", ("xls", "et"))


def check_file(name: str, data: bytes) -> CheckedFile:
    """Take a file by its content. Raises FileRefusedError with a Chinese sentence."""
    if not data:
        raise FileRefusedError("文件是空的。")
    if len(data) > MAX_BYTES:
        raise FileRefusedError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩后再传。")
    kind = kind_of(data, ending(name))
    if kind is None:
        raise FileRefusedError("只收 PDF、Word、Excel、WPS 文档和 JPG、PNG 图片；这个文件的内容不是其中一种。")
    return CheckedFile(data, hashlib.sha256(data).hexdigest(), kind.media_type, harmless_name(name, kind))


def kind_of(data: bytes, wanted: str = "") -> Kind | None:
    """What the first bytes say; `wanted` only tells apart two kinds that share one container."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(_OLE):
        return OLD_SHEET if wanted in OLD_SHEET.endings else OLD_OFFICE
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def _office(data: bytes) -> Kind | None:
    """DOCX or XLSX by the parts inside; with macros, or any other archive, it is neither."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def ending(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def harmless_name(name: str, kind: Kind) -> str:
    """The given name without folders, control characters and quotes, ending as the content says."""
    stem = PurePath(name.replace("\\", "/")).name
    end = ending(stem)
    stem = stem[: -len(end) - 1] if end else stem
    kept = "".join(char for char in stem if char.isprintable() and char not in '"/:*?<>|;').strip(" .")
    return f"{kept[:MAX_NAME] or '文件'}.{end if end in kind.endings else kind.endings[0]}"
