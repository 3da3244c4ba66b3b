"""Every page of this room against every kind of visitor: who is let in is the table below and nothing else (A01)."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from hall.access.enums import Role
from hall.access.loading import right_required
from hall.access.urls import app_name
from tests.hall.access.builders import logged_in

pytestmark = pytest.mark.django_db
C, A, H, S, M, U = Role.CLERK, Role.APPROVER, Role.CHIEF, Role.SUPERVISOR, Role.ADMIN, Role.AUDITOR
ALL = {C, A, H, S, M, U}
# Addresses that answer GET, and the roles they answer.
PAGES: dict[str, set[Role]] = {
    "/inbox/": ALL,
    "/account/password/": ALL,
    "/account/absence/": {C, A, H, S},
    "/manage/staff/": {M, U},
    "/manage/staff/new/": {M},
    "/manage/staff/import/": {M},
    "/manage/roles/": {M, U},
    "/manage/settings/": {M},
    "/manage/history/": {M, U},
    "/manage/places/": {M},
    "/manage/places/departments/": {M},
    "/manage/places/windows/new/": {M},
}
# Addresses that only take POST, with a person who is not there: 404 for who may, 403 for who may not.
POSTS = [
    f"/manage/staff/999999/{verb}"
    for verb in (
        "account/",
        "account/role/",
        "account/active/",
        "account/password/",
        "account/second-factor/",
        "leave/",
    )
]
# A screen of the hall pairs itself with a code somebody with the right was given.
OPEN_TO_ALL = {"login", "logout", "live", "ready", "deep", "device_pair"}


@pytest.mark.parametrize("address", sorted(PAGES))
@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_exactly_its_roles(role: Role, address: str) -> None:
    client, _ = logged_in(role)
    assert client.get(address).status_code == (200 if role in PAGES[address] else 403)


@pytest.mark.parametrize("address", [*PAGES, *POSTS])
def test_anonymous_visitors_are_sent_to_log_in(client: Client, address: str) -> None:
    method = client.post if address in POSTS else client.get
    assert method(address)["Location"].startswith("/login/?")


@pytest.mark.parametrize("address", POSTS)
@pytest.mark.parametrize("role", list(Role))
def test_acts_are_open_to_the_administrator_only(role: Role, address: str) -> None:
    client, _ = logged_in(role)
    assert client.post(address).status_code == (404 if role is M else 403)


@pytest.mark.parametrize("address", [*POSTS, "/inbox/read/", "/logout/", "/account/alive/"])
def test_acts_refuse_get(address: str) -> None:
    client, _ = logged_in(M)
    assert client.get(address).status_code == 405


def test_every_view_of_the_room_stands_behind_a_gate() -> None:
    resolver = next(entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == app_name)
    ungated = {
        entry.name
        for entry in resolver.url_patterns
        if isinstance(entry, URLPattern) and not hasattr(entry.callback, "required_rights")
    }
    assert ungated == OPEN_TO_ALL


def test_a_misspelt_right_fails_at_import() -> None:
    with pytest.raises(KeyError):
        right_required("account.edit")


def test_the_refusal_is_in_chinese_and_names_the_right() -> None:
    client, _ = logged_in(C)
    page = client.get("/manage/settings/").content.decode()
    assert all(words in page for words in ("您不能做这件事", "窗口人员", "修改系统设置"))
