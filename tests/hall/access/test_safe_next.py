"""X11: where a page sends the browser on to. Own paths only, at every door that takes a `next`."""

import pytest
from django.test import Client, RequestFactory

from hall.access.views.pages import query_of, safe_next, words
from tests.builders import make_user
from tests.hall.access.builders import PASSWORD

OURS = [
    "/",
    "/inbox/",
    "/inbox/?page=2",
    "/work/cases/130302001220260413000017/",
    "/guides/?q=%E9%A3%9F%E5%93%81",
    "/a#b",
]
FOREIGN = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "inbox/",
    "../inbox/",
    "?page=2",
    "#top",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "//testserver@evil.example",
    "/inbox/\r\nSet-Cookie: a=b",
    "/inbox/\nx",
    "\t//evil.example",
    " //evil.example",
    "/\t/evil.example",
    "/\x00",
    "\x08//evil.example",
    "/login/",
    "/login/?next=/login/",
    "",
]


@pytest.mark.parametrize("wanted", OURS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_own_paths_are_followed(wanted: str, method: str) -> None:
    request = getattr(RequestFactory(), method)("/login/", {"next": wanted})
    assert safe_next(request, "/fallback/") == wanted


@pytest.mark.parametrize("wanted", FOREIGN)
@pytest.mark.parametrize("method", ["get", "post"])
def test_x11_everything_else_leads_to_the_usual_page(wanted: str, method: str) -> None:
    request = getattr(RequestFactory(), method)("/login/", {"next": wanted})
    assert safe_next(request, "/fallback/") == "/fallback/"


@pytest.mark.parametrize("wanted", ["https://testserver/inbox/", "http://testserver/inbox/"])
def test_the_own_host_written_out_is_not_followed_either(wanted: str) -> None:
    """A path is all we ever write; a whole address is not ours to begin with."""
    assert safe_next(RequestFactory().get("/login/", {"next": wanted}), "/fallback/") == "/fallback/"


def test_the_form_wins_over_the_address() -> None:
    request = RequestFactory().post("/login/?next=/inbox/", {"next": "/guides/"})
    assert safe_next(request, "/") == "/guides/"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", FOREIGN)
def test_the_log_in_page_carries_nothing_foreign_on(client: Client, wanted: str) -> None:
    page = client.get("/login/", {"next": wanted}).content.decode()
    assert "evil.example" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"])
def test_who_is_already_in_is_not_sent_elsewhere(client: Client, wanted: str) -> None:
    client.force_login(make_user())
    assert "evil" not in client.get("/login/", {"next": wanted})["Location"]


@pytest.mark.django_db
def test_encoded_slashes_stay_a_path_of_this_site(client: Client) -> None:
    make_user(username="wangli")
    data = {"username": "wangli", "password": PASSWORD, "next": "/%2f%2fevil.example"}
    assert client.post("/login/", data)["Location"] == "/%2f%2fevil.example"  # a path, and no page


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ""),
        ({"a": "1", "b": ""}, "a=1"),
        ({"q": "食品 许可&x=1"}, "q=%E9%A3%9F%E5%93%81+%E8%AE%B8%E5%8F%AF%26x%3D1"),
    ],
)
def test_filters_are_written_as_data(given: dict[str, str], text: str) -> None:
    assert query_of(**given) == text


@pytest.mark.parametrize(
    ("typed", "searched"),
    [("  王丽 ", "王丽"), ("王\x00丽", "王丽"), ("", ""), ("长" * 60, "长" * 50), ("\u3000王丽\u3000", "王丽")],
)
def test_what_is_searched_for(typed: str, searched: str) -> None:
    assert words(RequestFactory().get("/", {"q": typed})) == searched
