"""Scans and uploads: what is kept, how it lies on disk, who gets it back."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from approvals.cases import actions, attachments
from approvals.cases.models import Attachment, Case
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.privacy.cipher import DecryptionFailed
from tests.builders import Hall, make_case, make_item_version

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 32


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


OFD = archive("OFD.xml", "Doc_0/Document.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture
def case(hall: Hall) -> Case:
    return make_case(hall, at=timezone.now())


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, case: Case, content: bytes = PDF, name: str = "张三身份证.pdf", **data: Any) -> Any:
    upload = SimpleUploadedFile(name, content, "text/html")
    return as_user(user).post(f"/work/cases/{case.docket}/attach/", {"file": upload, **data})


def kept(hall: Hall, case: Case, content: bytes = PDF, **facts: Any) -> Attachment:
    return actions.attach(case, by=hall.clerk, at=timezone.now(), content=content, **facts)


def files() -> set[Path]:
    folder = Path(settings.MEDIA_ROOT) / "attachments"
    return {path for path in folder.rglob("*") if path.is_file()} if folder.exists() else set()


# --- the type is read from the content --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, attachments.PDF),
        (PNG, attachments.PNG),
        (JPG, attachments.JPEG),
        (OFD, attachments.OFD),
        (DOCX, attachments.DOCX),
        (XLSX, attachments.XLSX),
    ],
    ids=lambda value: getattr(value, "extension", ""),
)
def test_f01_the_type_is_read_from_the_content(content, kind):
    assert attachments.check(content) is kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"MZ\x90\x00", "只能上传"),
        (b"<html><script>alert(1)</script></html>", "只能上传"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "只能上传"),
        (b"GIF89a", "只能上传"),
        (b" %PDF-1.7", "只能上传"),
        (archive("evil.html"), "只能上传"),
        (b"PK\x03\x04 no archive at all", "只能上传"),
        (archive("word/document.xml", "word/vbaProject.bin"), "带有宏"),
    ],
    ids=["empty", "exe", "html", "svg", "gif", "late magic", "zip", "broken zip", "macro"],
)
def test_what_is_not_kept_is_told(content, sentence):
    with pytest.raises(Refused, match=sentence):
        attachments.check(content)


def test_f02_an_archive_of_thousands_is_not_unpacked():
    with pytest.raises(Refused, match="只能上传"):
        attachments.check(archive("OFD.xml", *(f"{n}.xml" for n in range(2001))))


def test_f03_too_large_is_told(monkeypatch):
    monkeypatch.setattr(attachments, "MAX_BYTES", 10)
    with pytest.raises(Refused, match="最大"):
        attachments.check(PDF)


# --- on disk ----------------------------------------------------------------------------------------------------------


def test_nothing_readable_lies_on_disk(hall, case):
    row = kept(hall, case)
    lying = (Path(settings.MEDIA_ROOT) / row.storage_key).read_bytes()
    assert b"%PDF" not in lying
    assert case.docket not in row.storage_key
    assert attachments.content_of(row) == PDF


def test_the_row_says_what_it_is(hall, case):
    row = kept(hall, case, JPG, label="门头照片")
    assert (row.label, row.content_type, row.size, row.uploaded_by) == ("门头照片", "image/jpeg", len(JPG), hall.clerk)


def test_a_file_put_in_the_place_of_another_does_not_open(hall, case):
    one, two = kept(hall, case), kept(hall, case, PNG)
    folder = Path(settings.MEDIA_ROOT)
    (folder / one.storage_key).write_bytes((folder / two.storage_key).read_bytes())
    with pytest.raises(DecryptionFailed):
        attachments.content_of(one)


def test_f05_a_refused_event_leaves_no_file_behind(hall, case, monkeypatch):
    before = files()
    monkeypatch.setattr("hall.ledger.kinds._kinds", {})
    with pytest.raises(LookupError):
        kept(hall, case)
    assert (files(), Attachment.objects.count()) == (before, 0)


def test_the_upload_is_on_the_record_without_a_name(hall, case):
    send(hall.clerk, case)
    event = Event.objects.get(docket=case.docket, kind="case.attachment_added")
    assert event.data["label"] == "其他材料"
    assert "张三" not in str(event.data) + Attachment.objects.get().label


# --- in ---------------------------------------------------------------------------------------------------------------


def test_a_scan_goes_to_its_material(hall, case):
    material = case.version_filed.materials.first()
    answer = send(hall.clerk, case, material=material.pk)
    row = Attachment.objects.get()
    assert (answer.status_code, row.material, row.label) == (302, material, material.name)


@pytest.mark.parametrize(
    ("content", "data", "sentence"),
    [
        (b"MZ", {}, "只能上传"),
        (b"", {}, "文件是空的"),
        (PDF, {"label": "身份证 13800000000"}, "不要写证件号、手机号"),
        (PDF, {"label": "长" * 101}, "最多 100 个字"),
        (PDF, {"material": "999999"}, "请从列出的材料里选一个"),
        (PDF, {"material": "x"}, "请从列出的材料里选一个"),
    ],
)
def test_a_bad_upload_is_told_beside_its_field(hall, case, content, data, sentence):
    answer = send(hall.clerk, case, content, **data)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Attachment.objects.exists()


def test_no_file_is_told(hall, case):
    answer = as_user(hall.clerk).post(f"/work/cases/{case.docket}/attach/", {})
    assert (answer.status_code, "请选择文件" in answer.content.decode()) == (422, True)


def test_a_material_of_another_item_is_not_in_the_list(hall, case):
    foreign = make_item_version(hall.department).materials.first()
    assert send(hall.clerk, case, material=foreign.pk).status_code == 422


@pytest.mark.parametrize("who", ["supervisor", "auditor", "admin"])
def test_who_only_watches_uploads_nothing(hall, case, who):
    assert send(getattr(hall, who), case).status_code == 403


def test_another_department_finds_no_case(case):
    assert send(Hall().clerk, case).status_code == 404


def test_the_action_itself_checks_the_person(hall, case):
    with pytest.raises(NotPermitted):
        actions.attach(case, by=hall.supervisor, at=timezone.now(), content=PDF)


def test_a_closed_case_takes_no_more(hall, case):
    closed = actions.withdraw(case, by=hall.clerk, at=timezone.now())
    answer = send(hall.clerk, closed)
    assert (answer.status_code, "不能再上传" in answer.content.decode()) == (422, False)
    assert not Attachment.objects.exists()


# --- out --------------------------------------------------------------------------------------------------------------


def test_what_came_in_comes_out(hall, case):
    row = kept(hall, case, label='../门头"照片\n')
    answer = as_user(hall.approver).get(f"/work/attachments/{row.pk}/")
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert "/" not in answer["Content-Disposition"].split("filename=")[1].split(";")[0]


def test_f01_it_is_neither_cached_nor_guessed_at(hall, case):
    answer = as_user(hall.clerk).get(f"/work/attachments/{kept(hall, case).pk}/")
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("content", "shown"), [(PNG, "inline"), (OFD, "attachment"), (DOCX, "attachment")])
def test_only_what_a_browser_cannot_run_is_shown_in_it(hall, case, content, shown):
    answer = as_user(hall.clerk).get(f"/work/attachments/{kept(hall, case, content).pk}/")
    assert answer["Content-Disposition"].startswith(shown)


def test_a_scan_needs_the_right_to_see_parties_in_full(hall, case):
    row = kept(hall, case)
    assert as_user(hall.supervisor).get(f"/work/attachments/{row.pk}/").status_code == 403


def test_f04_a_foreign_or_unknown_scan_is_not_found(hall, case):
    row = kept(hall, case)
    assert as_user(Hall().clerk).get(f"/work/attachments/{row.pk}/").status_code == 404
    assert as_user(hall.clerk).get(f"/work/attachments/{case.pk}/").status_code == 404


def test_f04_the_media_folder_is_not_on_the_web(hall, case):
    row = kept(hall, case)
    for prefix in ("/media/", "/static/", "/"):
        assert as_user(hall.clerk).get(prefix + row.storage_key).status_code == 404
