"""A new key takes over: everything sealed moves to it in small steps, and stays readable all the way (P07)."""

import base64
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from approvals.cases import actions, attachments, codes, papers
from approvals.cases.models import Attachment, Case, Party
from hall.access.models import Authenticator
from hall.conduct import photos
from hall.conduct.models import Complaint, Photo
from hall.evaluation.enums import Grade
from hall.evaluation.models import Evaluation
from hall.privacy import cipher, rotation, sealed
from hall.privacy.keys import keyring
from tests.builders import MONDAY, Hall, accepted_case, identity_number, person
from tests.hall.conduct.builders import received
from tests.hall.evaluation.builders import given, invited

pytestmark = pytest.mark.django_db
NEW = "k9:" + base64.b64encode(b"n" * 32).decode()
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
IDENTITY = identity_number(7)


class Kept:
    """One of everything that is sealed, and how each is read."""

    def __init__(self, hall: Hall) -> None:
        applicant = person("张小明", identity=IDENTITY)
        self.case = accepted_case(hall, applicant=applicant)
        self.attachment = actions.attach(self.case, content=PNG, label="图纸", by=hall.clerk, at=MONDAY)
        self.complaint = received(hall)
        self.evaluation = given(invited(hall), Grade.BAD, text="等了三个小时", phone="13800000000", anonymous=False)
        self.secret = Authenticator.objects.create(user=hall.approver, name="动态口令", key="ab" * 20)

    def read(self) -> dict[str, Any]:
        """Everything, opened anew from the tables."""
        case = Case.objects.get(pk=self.case.pk)
        party = Party.objects.get(case=case)
        return {
            "party": (party.name, party.identity),
            "papers": [papers.content_of(paper) for paper in case.documents.exclude(content=None)],
            "receipt": len(papers.content_of(case.documents.get(kind="receipt"))) > 0,
            "code": codes.pending(case, at=MONDAY),
            "attachment": attachments.content_of(Attachment.objects.get(pk=self.attachment.pk)),
            "complaint": Complaint.objects.get(pk=self.complaint.pk).text,
            "evaluation": Evaluation.objects.get(pk=self.evaluation.pk).text,
            "secret": Authenticator.objects.get(pk=self.secret.pk).bin_key,
        }


@pytest.fixture
def kept(hall: Hall) -> Kept:
    return Kept(hall)


@pytest.fixture
def new_key(kept: Kept, settings: Settings) -> str:
    """From now on the newest key is another one; the old one still opens."""
    old = keyring().current
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"
    return old


def by_key() -> Counter[str]:
    return sum(rotation.counts().values(), Counter[str]())


def test_p07_everything_moves_to_the_newest_key_and_reads_as_before(
    kept: Kept, new_key: str, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    before = kept.read()
    held = by_key()[new_key]
    assert before["party"] == ("张小明", IDENTITY)
    assert held > 12
    assert not by_key()["k9"]
    with django_capture_on_commit_callbacks(execute=True):
        assert rotation.rotate(batch=2).moved == held
    assert by_key() == {"k9": held}
    settings.FIELD_KEYS = NEW  # the old key is gone
    assert kept.read() == before


def test_every_kind_of_place_was_moved(kept: Kept, new_key: str) -> None:
    """What the test above says nothing of."""
    filled = {place for place, counted in rotation.counts().items() if counted}
    assert {
        "access_authenticator.key", "cases_attachment.storage_key", "cases_officialdocument.content",
        "cases_officialdocument.snapshot", "cases_party.identity", "cases_querycode.sealed", "conduct_complaint.text",
        "evaluation_evaluation.text", "evaluation_evaluation.phone",
    } <= filled  # fmt: skip


def test_p07_stopped_half_way_every_row_reads_and_the_rest_is_done_later(kept: Kept, new_key: str) -> None:
    before, steps = kept.read(), []

    def stop(step: str) -> None:
        steps.append(step)
        if len(steps) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stop, batch=1)
    assert 0 < rotation.left() < sum(by_key().values())
    assert kept.read() == before
    rotation.rotate(batch=1)
    assert rotation.left() == 0
    assert kept.read() == before


def test_p07_a_row_read_before_and_saved_after_does_not_bring_the_old_key_back(kept: Kept, new_key: str) -> None:
    party = Party.objects.get(case=kept.case)
    rotation.rotate()
    party.mandate = "代收"
    party.save()
    assert rotation.left() == 0
    assert Party.objects.get(pk=party.pk).identity == IDENTITY


def test_p07_an_old_key_goes_at_nought_only(
    kept: Kept, new_key: str, capsys: pytest.CaptureFixture[str], django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(CommandError, match="不能删去"):
        call_command("rotate_keys", "--retire", new_key)
    with pytest.raises(CommandError, match="现用"):
        call_command("rotate_keys", "--retire", "k9")
    call_command("rotate_keys", "--batch", "3")
    assert "旧密钥还有 0 处" in capsys.readouterr().out
    call_command("rotate_keys", "--retire", new_key)
    assert "可以从 HALL_FIELD_KEYS 中删去" in capsys.readouterr().out


def test_the_count_names_place_and_key(kept: Kept, new_key: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_keys", "--status")
    assert f"cases_party.identity\t{new_key}\t1" in capsys.readouterr().out


def test_a_damaged_value_is_named_and_the_others_move(
    kept: Kept, new_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    party = Party.objects.get(case=kept.case)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_party SET phone = left(phone, -4) || 'AAA='")
    with pytest.raises(CommandError, match="还有内容用着旧密钥"):
        call_command("rotate_keys")
    assert f"cases_party.phone.{party.pk}" in capsys.readouterr().err
    assert rotation.left() == 1


def test_a_missing_file_is_named(kept: Kept, new_key: str) -> None:
    Path(attachments.default_storage.path(kept.attachment.storage_key)).unlink()
    assert rotation.rotate().unreadable == [f"cases_attachment.content.{kept.attachment.pk}"]


def test_the_old_file_goes_with_the_commit(kept: Kept, new_key: str, django_capture_on_commit_callbacks: Any) -> None:
    old = kept.attachment.storage_key
    with django_capture_on_commit_callbacks(execute=True):
        rotation.rotate()
        assert attachments.default_storage.exists(old)
    assert not attachments.default_storage.exists(old)


def test_a_second_run_moves_nothing(kept: Kept, new_key: str) -> None:
    assert rotation.rotate().moved
    assert not rotation.rotate().moved


def test_photos_move_too(hall: Hall, settings: Settings) -> None:
    content = b"\xff\xd8\xff\xda\x00\x02\xff\xd9"
    row = photos.sealed(content)
    row.added_at, row.added_by = MONDAY, hall.supervisor
    row.save()
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = f"{NEW},{old}"
    rotation.rotate()
    settings.FIELD_KEYS = NEW
    assert photos.content_of(Photo.objects.get()) == content


def test_a_batch_of_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="至少一处"):
        call_command("rotate_keys", "--batch", "0")


def says(task: str, sql: str, *values: str) -> None:
    """A statement in a transaction that says what it does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(rotation.SAYING, [task])
        cursor.execute(sql, values)


@pytest.mark.parametrize("task", ["", "rotation", "erasure"])
def test_what_was_said_stays_as_it_was_said_under_the_same_key(kept: Kept, task: str) -> None:
    """The guard lets a new seal pass in a rotation, and nothing else."""
    other = cipher.encrypt("别的话", context=f"conduct_complaint.text.{kept.complaint.pk}")
    with pytest.raises(DatabaseError, match="stays"):
        says(task, "UPDATE conduct_complaint SET text = %s", other)


@pytest.mark.parametrize("table", ["conduct_complaint", "evaluation_evaluation"])
def test_nothing_is_emptied_but_by_an_erasure(kept: Kept, table: str) -> None:
    emptying = f"UPDATE {table} SET text = ''"
    for task in ("", "rotation"):
        with pytest.raises(DatabaseError):
            says(task, emptying)
    says("erasure", emptying)
    rows = {"conduct_complaint": Complaint, "evaluation_evaluation": Evaluation}[table].objects
    assert rows.get().text == ""


def test_a_wrong_name_is_an_error_where_it_is_announced() -> None:
    with pytest.raises(LookupError):
        sealed.register("cases.Nothing", "x", prefix="x")
    with pytest.raises(Exception, match="no field"):
        sealed.register("cases.Attachment", "nothing", prefix="x")
