"""F06 at the page for people: the same bad files the command refuses, answered on the page, and nothing saved."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Staff
from hall.organisation.staff_import import MAX_STAFF_ROWS
from tests.builders import make_department
from tests.hall.access.builders import logged_in
from tests.hall.organisation.test_import_corpus import BAD_FILES

pytestmark = pytest.mark.django_db
PAGE = "/manage/staff/import/"


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.ADMIN)


def code(user: User) -> str:
    assert user.staff is not None
    return user.staff.center.code


def send(client: Client, data: bytes, name: str = "staff.csv") -> tuple[int, str]:
    response = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(("data", "sentence"), [case[1:] for case in BAD_FILES], ids=[case[0] for case in BAD_FILES])
def test_a_bad_file_is_answered_at_its_field(desk: tuple[Client, User], data: bytes, sentence: str) -> None:
    before = Staff.objects.count()
    status, page = send(desk[0], data)
    said = re.search(sentence.replace("空的", "空的|所提交的是空文件|没有传上来|请选择表格文件|空文件"), page)
    assert (status, bool(said), Staff.objects.count()) == (422, True, before)


NAMES = ["../../etc/passwd", "a" * 300 + ".csv", "人员.csv", "x.exe", "a\u202egpj.csv", "con", "x"]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_means_nothing(desk: tuple[Client, User], name: str) -> None:
    client, user = desk
    status, page = send(client, f"工号,姓名,中心\nA01,王丽,{code(user)}\n".encode(), name)
    assert (status, "没有错误，可以导入" in page) == (200, True)


def test_a_workbook_is_tried_and_imported(desk: tuple[Client, User]) -> None:
    client, user = desk
    book, target = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in (["工号", "姓名", "中心"], [17, "王丽", code(user)]):
        book.active.append(row)
    book.save(target)
    _, page = send(client, target.getvalue(), "人员.xlsx")
    tried = re.search(r'name="tried" value="([^"]+)"', page)
    assert tried
    client.post(PAGE, {"tried": tried.group(1)})
    assert Staff.objects.get(number="17").name == "王丽"


def test_more_people_than_a_hall_has_are_refused(desk: tuple[Client, User]) -> None:
    lines = "".join(f"N{n},王丽,x\n" for n in range(MAX_STAFF_ROWS + 1))
    status, page = send(desk[0], f"工号,姓名,中心\n{lines}".encode())
    assert (status, f"超过 {MAX_STAFF_ROWS} 行" in page) == (422, True)


def test_a_short_table_through_the_page_keeps_what_it_does_not_name(desk: tuple[Client, User]) -> None:
    """What was tried travels back signed: the columns it had, and no more."""
    client, user = desk
    assert user.staff is not None
    department = make_department(user.staff.center, "民政局")
    Staff.objects.create(center=user.staff.center, department=department, number="A01", name="王丽", phone="0335-1")
    _, page = send(client, f"工号,姓名,中心\nA01,王莉,{code(user)}\n".encode())
    tried = re.search(r'name="tried" value="([^"]+)"', page)
    assert tried
    client.post(PAGE, {"tried": tried.group(1)})
    person = Staff.objects.get(number="A01")
    assert (person.name, person.department, person.phone) == ("王莉", department, "0335-1")


def test_names_are_text_on_the_page(desk: tuple[Client, User]) -> None:
    client, user = desk
    _, page = send(client, f"工号,姓名,中心\nA01,<script>x</script>,{code(user)}\nA02,,{code(user)}\n".encode())
    assert "<script>x" not in page


@pytest.mark.parametrize("role", [Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.AUDITOR])
def test_nobody_else_even_tries(role: Role) -> None:
    client, user = logged_in(role)
    assert send(client, f"工号,姓名,中心\nA01,王丽,{code(user)}\n".encode())[0] == 403
