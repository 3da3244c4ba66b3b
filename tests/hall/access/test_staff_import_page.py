"""Import of people by page: try first, then import exactly what was tried."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Staff
from tests.hall.access.builders import logged_in

pytestmark = pytest.mark.django_db
PAGE = "/manage/staff/import/"


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.ADMIN)


def table(user: User, *people: str) -> str:
    center = user.staff.center.code  # type: ignore[union-attr]
    lines = [f"{person},{center}" for person in people]
    return "\n".join(["工号,姓名,中心", *lines]) + "\n"


def upload(client: Client, content: str | bytes, name: str = "staff.csv") -> tuple[int, str]:
    data = content.encode() if isinstance(content, str) else content
    response = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    return response.status_code, response.content.decode()


def tried(page: str) -> str:
    found = re.search(r'name="tried" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_trying_saves_nothing(desk: tuple[Client, User]) -> None:
    status, page = upload(desk[0], table(desk[1], "A01,王丽"))
    assert (status, "没有错误，可以导入" in page) == (200, True)
    assert not Staff.objects.filter(number="A01").exists()


def test_what_was_tried_is_imported(desk: tuple[Client, User]) -> None:
    _, page = upload(desk[0], table(desk[1], "A01,王丽", "A02,张强"))
    assert desk[0].post(PAGE, {"tried": tried(page)})["Location"] == "/manage/staff/"
    assert Staff.objects.filter(number__in=["A01", "A02"]).count() == 2


def test_importing_twice_does_no_harm(desk: tuple[Client, User]) -> None:
    _, page = upload(desk[0], table(desk[1], "A01,王丽"))
    for _ in range(2):
        desk[0].post(PAGE, {"tried": tried(page)})
    assert Staff.objects.filter(number="A01").count() == 1


def test_bad_rows_are_listed_and_nothing_can_be_imported(desk: tuple[Client, User]) -> None:
    status, page = upload(desk[0], table(desk[1], "A01,王丽", "A02,"))
    assert (status, "姓名不能为空" in page, 'name="tried"' in page) == (422, True, False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件"),
        (b"a,b\n1,2\n", "缺少列：工号、姓名、中心"),
        (b"PK\x03\x04xx", "打不开"),
        (b"\x00\x01", "文件不是"),
    ],
)
def test_a_bad_file_has_a_sentence(desk: tuple[Client, User], content: bytes, sentence: str) -> None:
    status, page = upload(desk[0], content)
    assert (status, sentence in page) == (422, True)


def test_no_file_has_a_sentence(desk: tuple[Client, User]) -> None:
    response = desk[0].post(PAGE, {})
    assert (response.status_code, "请选择" in response.content.decode()) == (422, True)


@pytest.mark.parametrize("forged", ["", "x:y:z", "eyJhIjoxfQ:1abc:xyz"])
def test_forged_tries_import_nothing(desk: tuple[Client, User], forged: str) -> None:
    response = desk[0].post(PAGE, {"tried": forged}, follow=True)
    assert "请重新选择文件" in response.content.decode()


def test_a_try_of_another_person_imports_nothing(desk: tuple[Client, User]) -> None:
    _, page = upload(desk[0], table(desk[1], "A01,王丽"))
    other, _ = logged_in(Role.ADMIN)
    other.post(PAGE, {"tried": tried(page)})
    assert not Staff.objects.filter(number="A01").exists()


def test_an_unchanged_table_has_nothing_to_import(desk: tuple[Client, User]) -> None:
    _, page = upload(desk[0], table(desk[1], "A01,王丽"))
    desk[0].post(PAGE, {"tried": tried(page)})
    _, again = upload(desk[0], table(desk[1], "A01,王丽"))
    assert ("没有要导入的" in again, 'name="tried"' in again) == (True, False)


def test_gb18030_is_read(desk: tuple[Client, User]) -> None:
    status, _ = upload(desk[0], table(desk[1], "A01,王丽").encode("gb18030"))
    assert status == 200


def test_a_few_thousand_people_fit_through_the_page(desk: tuple[Client, User]) -> None:
    people = [f"N{number:05d},某人{number}" for number in range(3000)]
    _, page = upload(desk[0], table(desk[1], *people))
    assert len(io.BytesIO(tried(page).encode()).getvalue()) < 500_000
    desk[0].post(PAGE, {"tried": tried(page)})
    assert Staff.objects.filter(number__startswith="N").count() == 3000
