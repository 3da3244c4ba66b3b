"""Uploads are what their bytes say, whatever their name claims."""

import io
import zipfile

import pytest

from approvals.catalogue.files import MAX_BYTES, FileRefusedError, check_file
from tests.approvals.catalogue.builders import PDF, PNG, xlsx_of


def office(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20
DOCX = office("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "data", "media_type", "kept"),
    [
        ("申请书.pdf", PDF, "application/pdf", "申请书.pdf"),
        ("申请书.PDF", PDF, "application/pdf", "申请书.pdf"),
        ("样例.png", PNG, "image/png", "样例.png"),
        ("样例.jpeg", b"\xff\xd8\xff\xe0x", "image/jpeg", "样例.jpeg"),
        ("表.doc", OLE, "application/msword", "表.doc"),
        ("表.xls", OLE, "application/vnd.ms-excel", "表.xls"),
        ("表.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "表.docx"),
        ("表", PDF, "application/pdf", "表.pdf"),
        ("病毒.exe", PDF, "application/pdf", "病毒.pdf"),
        ("../../etc/passwd", PDF, "application/pdf", "passwd.pdf"),
        ("C:\\桌面\\表.pdf", PDF, "application/pdf", "表.pdf"),
        ('a"b\r\n;c.pdf', PDF, "application/pdf", "abc.pdf"),
        ("....", PDF, "application/pdf", "文件.pdf"),
    ],
)
def test_f01_files_are_named_by_their_content(name: str, data: bytes, media_type: str, kept: str) -> None:
    checked = check_file(name, data)
    assert (checked.media_type, checked.name) == (media_type, kept)


def test_a_workbook_is_a_workbook() -> None:
    assert check_file("清单.xlsx", xlsx_of()).media_type.endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"),
        (b"MZ\x90\x00program", "不是其中一种"),
        (b"<html><script>alert(1)</script></html>", "不是其中一种"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是其中一种"),
        (b"PK\x03\x04broken", "不是其中一种"),
        (office("a.txt"), "不是其中一种"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "不是其中一种"),
        (PDF + b"\x00" * MAX_BYTES, "超过"),
    ],
)
def test_f01_anything_else_is_refused_in_words(data: bytes, word: str) -> None:
    with pytest.raises(FileRefusedError, match=word):
        check_file("申请书.pdf", data)


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    assert check_file("表" * 300 + ".pdf", PDF).name.endswith("表.pdf")
    assert len(check_file("表" * 300 + ".pdf", PDF).name) < 150
