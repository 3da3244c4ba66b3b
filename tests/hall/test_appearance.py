"""The appearance switch: a cookie, and back to where the person was."""

import pytest
from django.test import Client, RequestFactory

from hall import appearance


def switch(**data):
    return appearance.switch(RequestFactory().post("/appearance/", data))


@pytest.mark.parametrize("theme", ["elder", "contrast"])
def test_a_theme_is_remembered_for_a_year(theme):
    cookie = switch(theme=theme, next="/guides/").cookies["theme"]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == (theme, 365 * 24 * 3600, "Lax")
    assert cookie["httponly"]


@pytest.mark.parametrize("theme", ["normal", "", "dark", "<script>", "elder\n"])
def test_anything_else_forgets_the_theme(theme):
    cookie = switch(theme=theme).cookies["theme"]
    assert (cookie.value, cookie["max-age"]) == ("", 0)


def test_the_cookie_is_secure_where_sessions_are(settings):
    settings.SESSION_COOKIE_SECURE = True
    assert switch(theme="elder").cookies["theme"]["secure"]


@pytest.mark.parametrize("address", ["/", "/guides/?q=spjy", "/work/cases/130302/"])
def test_the_person_returns_to_the_page(address):
    assert switch(theme="elder", next=address).url == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "guides/",
        "/a\r\nX: y",
        "/\x00",
    ],
)
def test_nobody_is_sent_elsewhere(address):
    assert switch(theme="elder", next=address).url == "/"


def test_looking_changes_nothing():
    assert appearance.switch(RequestFactory().get("/appearance/")).status_code == 405


def test_another_site_cannot_switch(settings):
    settings.ROOT_URLCONF = "tests.guards.gallery_urls"
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
    assert Client(enforce_csrf_checks=True).post("/appearance/", {"theme": "elder"}).status_code == 403
