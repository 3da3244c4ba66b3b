"""The bad-input corpus against every form and every query of the room: a sentence or a plain page, never an error."""

import pytest
from django.test import Client

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import Department, Window
from tests.builders import make_department
from tests.hall.access.builders import logged_in

pytestmark = pytest.mark.django_db
CORPUS = [
    "\x00", "'; DROP TABLE access_user; --", "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n%x", "../../etc/passwd",
    "x" * 5000, "\u202egnp.exe", "\ufeff", "\u0301" * 50, "😀" * 20, "９９９", "-1", "1e999", "NaN", "null", "True",
    "2026-02-30", "24:61", "９：３０", "'", '"', "\\", "\r\nSet-Cookie: a=b", " ", "𠮷野家",
]  # fmt: skip
FORMS: dict[str, tuple[str, ...]] = {
    "/manage/staff/new/": ("number", "name", "center", "department", "window", "phone", "email"),
    "/manage/settings/": ("name", "organiser", "contact", "site_code", "icp", "police_record", "password_policy"),
    "/manage/places/departments/new/": ("name", "code", "phone", "head"),
    "/manage/places/windows/new/": ("number", "name", "department", "floor", "closed_on"),
    "/manage/places/posts/new/": ("name", "department", "holder_a", "holder_b"),
    "/manage/places/centers/new/": ("name", "address", "phone"),
    "/account/password/": ("password", "new", "again"),
    "/login/": ("username", "password", "next"),
}
QUERIES = [
    ("/manage/staff/", "q"), ("/manage/staff/", "page"), ("/manage/places/departments/", "q"),
    ("/manage/places/centers/", "page"), ("/manage/history/", "row"), ("/manage/history/", "page"), ("/inbox/", "page"),
    ("/manage/places/windows/new/", "center"), ("/login/", "next"), ("/login/", "ended"),
]  # fmt: skip


@pytest.fixture
def desk() -> tuple[Client, User]:
    return logged_in(Role.ADMIN)


@pytest.mark.parametrize("address", FORMS)
def test_forms_answer_in_words(desk: tuple[Client, User], address: str) -> None:
    for value in CORPUS:
        response = desk[0].post(address, dict.fromkeys(FORMS[address], value))
        assert response.status_code in (200, 302, 404, 422), value
        assert "<script>alert" not in response.content.decode(), value


@pytest.mark.parametrize(("address", "name"), QUERIES)
def test_addresses_answer_plainly(desk: tuple[Client, User], address: str, name: str) -> None:
    for value in CORPUS:
        response = desk[0].get(address, {name: value})
        assert response.status_code in (200, 302, 404), value
        assert "<script>alert" not in response.content.decode(), value


@pytest.mark.parametrize("value", ["{{ 7*7 }}", "'; DROP TABLE x; --", "<b>粗</b>", "\u202egnp", "😀"])
def test_strange_but_lawful_names_are_kept_as_they_are(desk: tuple[Client, User], value: str) -> None:
    desk[0].post("/manage/places/departments/new/", {"name": value})
    assert Department.objects.filter(name=value).exists()


@pytest.mark.parametrize(
    "query", ["owner__password__startswith=a", "_connector=OR", "__proto__=1", "staff__user__password__startswith=a"]
)
def test_filters_of_the_framework_cannot_be_smuggled_in(desk: tuple[Client, User], query: str) -> None:
    plain = desk[0].get("/manage/staff/").content.decode().count("<tr>")
    assert desk[0].get(f"/manage/staff/?{query}").content.decode().count("<tr>") == plain


@pytest.mark.parametrize("field", ["center", "stub", "area_code", "id", "pinyin", "center_id"])
def test_fields_the_form_does_not_ask_for_are_ignored(desk: tuple[Client, User], field: str) -> None:
    other = make_department(name="别处的局")
    desk[0].post("/manage/places/departments/new/", {"name": "公安局", field: str(other.center_id)})
    made = Department.objects.get(name="公安局")
    assert desk[1].staff is not None
    assert (made.center, made.stub, made.area_code) == (desk[1].staff.center, False, "")


def test_a_file_where_text_is_asked_for_is_no_error(desk: tuple[Client, User]) -> None:
    with open(__file__, "rb") as file:
        assert desk[0].post("/manage/places/windows/new/", {"number": file}).status_code == 422
    assert not Window.objects.exists()
