"""The desk at which a copy is asked for: who may, what is said at which field, what is on record, what leaves (P12)."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hall.access.enums import Role
from hall.access.models import User
from hall.audit import viewings
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.privacy.enums import IdentityKind
from hall.retention import copy_actions
from hall.retention.enums import CopyForm
from tests.builders import MONDAY, Hall
from tests.hall.retention.builders import IDENTITY, PHONE, STRANGER, Known, asked, filed, graded, known

pytestmark = pytest.mark.django_db
PAGE = reverse("retention:copy")
ASKED = {
    "identity_kind": IdentityKind.RESIDENT.value,
    "identity": IDENTITY,
    "behalf": "self",
    "checked": "on",
    "reason": "11月22日书面申请",
    "form": "pdf",
}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(user: User, deed: str = "look", **facts: str) -> Any:
    return browser(user).post(PAGE, {**ASKED, "deed": deed, **facts})


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.fixture
def theirs(hall: Hall) -> Known:
    return known(hall)


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF, Role.ADMIN, Role.AUDITOR])
def test_p12_others_are_refused(hall: Hall, role: str) -> None:
    user = {user.role: user for user in hall.everybody()}[role]
    assert browser(user).get(PAGE).status_code == 403
    assert post(user, "give").status_code == 403
    with pytest.raises(NotPermitted):
        copy_actions.look(asked(), by=user, at=MONDAY)


def test_the_page_says_what_the_law_says_and_is_kept_nowhere(hall: Hall) -> None:
    answer = browser(hall.supervisor).get(PAGE)
    assert "第四十五条" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_p12_looking_shows_what_stays_until_when_and_nothing_in_full(hall: Hall, theirs: Known) -> None:
    answer = post(hall.supervisor)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "查到 4 项记录" in page
    assert "办结后保存 30 年" in page
    assert "国家档案局令第8号" in page
    table = page[page.index("<table") : page.index("</table>")]
    assert not [word for word in (IDENTITY, PHONE, "张副本") if word in table]


def test_p12_looking_is_on_record_and_names_nobody(hall: Hall, theirs: Known) -> None:
    post(hall.supervisor)
    event = Event.objects.get(kind="retention.looked")
    assert (event.actor, event.docket) == (hall.supervisor, "")
    assert event.data == {"reason": "11月22日书面申请", "behalf": "本人", "count": 4}


def test_who_is_not_known_is_said_in_words_and_the_look_is_on_record(hall: Hall) -> None:
    answer = post(hall.supervisor, identity=STRANGER)
    assert "没有这个号码的记录" in answer.content.decode()
    assert Event.objects.get(kind="retention.looked").data["count"] == 0


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"identity": ""}, "请填写证件号码"),
        ({"identity": IDENTITY[:-1] + ("1" if IDENTITY[-1] != "1" else "2")}, "最后一位与前17位对不上"),
        ({"identity": "\x00"}, "不能保存的字符"),
        ({"identity_kind": IdentityKind.USCC.value}, "请从列出的证件类型里选一个"),
        ({"checked": ""}, "请勾选“已当面核对证件原件”"),
        ({"reason": ""}, "请填写依据哪份申请"),
        ({"reason": "张"}, "请写明依据哪份申请"),
        ({"reason": f"申请人电话{PHONE}"}, "不要写证件号、手机号"),
        ({"behalf": "nobody"}, "请从列出的谁来要里选一个"),
        ({"form": "docx"}, "请从列出的副本格式里选一个"),
    ],
)
@pytest.mark.parametrize("deed", ["look", "give"])
def test_what_is_wrong_is_said_at_its_field(hall: Hall, sent: dict[str, str], words: str, deed: str) -> None:
    filed(hall)
    answer = post(hall.supervisor, deed, **sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Event.objects.filter(kind__startswith="retention.").exists()


def test_a_deed_nobody_offers_is_refused(hall: Hall) -> None:
    assert post(hall.supervisor, "erase").status_code == 422


def test_nothing_known_is_nothing_to_copy(hall: Hall) -> None:
    answer = post(hall.supervisor, "give", identity=STRANGER)
    assert answer.status_code == 422
    assert "没有副本可做" in answer.content.decode()
    assert not Event.objects.filter(kind="exports.taken").exists()


def test_p12_a_typed_number_is_found_however_it_is_written(hall: Hall) -> None:
    filed(hall)
    assert "查到 1 项记录" in post(hall.supervisor, identity=f" {IDENTITY[:6]} {IDENTITY[6:]} ").content.decode()


def test_p12_the_copy_on_paper(hall: Hall, theirs: Known) -> None:
    answer = post(hall.supervisor, "give")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "attachment" in answer["Content-Disposition"]
    assert body(answer).startswith(b"%PDF-")


def test_p12_the_copy_as_a_table_holds_every_word(hall: Hall, theirs: Known) -> None:
    book = load_workbook(io.BytesIO(body(post(hall.supervisor, "give", form="xlsx"))))
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value is not None}  # type: ignore[union-attr]
    joined = "\n".join(cells)
    wanted = (IDENTITY, PHONE, "张副本", "评价意见癸", "投诉内容丙", "联系记录子", "海港区新路九号")
    assert [word for word in wanted if word not in joined] == []
    assert "本人索取，11月22日书面申请" in joined
    assert "含个人信息，按规定保管" in joined


def test_p12_the_whole_copy_carries_scans_and_documents_under_harmless_names(hall: Hall, theirs: Known) -> None:
    with zipfile.ZipFile(io.BytesIO(body(post(hall.supervisor, "give", form="zip")))) as packed:
        names = packed.namelist()
        assert names[0] == "个人信息副本.pdf"
        assert packed.read(names[0]).startswith(b"%PDF-")
        assert names[1] == f"{theirs.case.docket}/001_图纸_.._甲.png"
        assert packed.read(names[1]).startswith(b"\x89PNG")
        assert len(names) == 2 + theirs.case.documents.count()
        assert all(len(name.split("/")) <= 2 for name in names)


def test_without_a_choice_it_is_the_whole_copy(hall: Hall, theirs: Known) -> None:
    answer = post(hall.supervisor, "give", form="")
    assert answer["Content-Type"] == "application/zip"
    assert body(answer)


def test_p12_a_copy_is_on_record_and_at_every_record_of_it_but_the_answers(hall: Hall, theirs: Known) -> None:
    body(post(hall.supervisor, "give"))
    taken = Event.objects.get(kind="exports.taken")
    assert (taken.actor, taken.data["title"], taken.data["format"]) == (hall.supervisor, "个人信息副本", "pdf")
    assert taken.data["reason"] == "本人索取，11月22日书面申请"
    copied = Event.objects.filter(kind="retention.copied")
    assert {event.docket for event in copied} == {theirs.case.docket, theirs.complaint.number}
    told = str(list(Event.objects.filter(actor=hall.supervisor).values_list("data", flat=True)))
    assert not [word for word in (IDENTITY, PHONE, "张副本") if word in told]


def test_the_auditor_reads_that_it_left(hall: Hall, theirs: Known) -> None:
    body(post(hall.supervisor, "give"))
    assert "个人信息副本" in browser(hall.auditor).get(reverse("exports:taken")).content.decode()


def test_the_auditor_counts_it_among_the_looks_at_full_data(hall: Hall, theirs: Known) -> None:
    body(post(hall.supervisor, "give"))
    looks = viewings.visible_to(hall.auditor).filter(kind="retention.copied")
    assert {line.reason for line in viewings.lines(looks)} == {"11月22日书面申请"}
    assert looks.count() == 2


def test_the_number_stands_in_no_address(hall: Hall, theirs: Known) -> None:
    page = post(hall.supervisor).content.decode()
    assert f"={IDENTITY}" not in page.replace(f'value="{IDENTITY}"', "")
    assert browser(hall.supervisor).get(f"{PAGE}?identity={IDENTITY}").content.decode().count(IDENTITY) == 0


def test_a_copy_of_too_many_files_is_refused_in_words(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_actions, "MOST_FILES", 1)
    filed(hall)
    answer = post(hall.supervisor, "give", form="zip")
    assert answer.status_code == 422
    assert "一次放不下" in answer.content.decode()
    assert not Event.objects.filter(kind="exports.taken").exists()


@pytest.mark.parametrize("behalf", ["proxy", "kin"])
def test_for_whom_is_on_the_copy_and_on_record(hall: Hall, behalf: str, tmp_path: Any) -> None:
    case = filed(hall)
    how = {"form": CopyForm.PDF, "by": hall.supervisor, "at": MONDAY}
    assert copy_actions.give(tmp_path / "copy", asked(behalf=behalf), **how) == 1
    label = {"proxy": "受托人", "kin": "死者近亲属"}[behalf]
    assert Event.objects.get(kind="retention.copied", docket=case.docket).data == {
        "behalf": label,
        "reason": "11月22日书面申请",
    }


def test_a_reason_that_names_somebody_is_refused_below_the_page_too(hall: Hall, tmp_path: Any) -> None:
    graded(hall, filed(hall))
    with pytest.raises(Refused):
        copy_actions.look(asked(reason=f"电话{PHONE}"), by=hall.supervisor, at=MONDAY)
    with pytest.raises(Refused):
        copy_actions.give(tmp_path / "c", asked(reason=" "), form=CopyForm.PDF, by=hall.supervisor, at=MONDAY)
