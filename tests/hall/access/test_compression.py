"""Who gets smaller pages: strangers, of HTML, with a length that does not tell what is in it."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from hall.access.compression import CitizensCompression

LONG = "长" * 2000


def answered(kind: str = "text/html; charset=utf-8", *, session: bool = False, takes: str = "gzip"):
    request = RequestFactory().get("/", HTTP_ACCEPT_ENCODING=takes)
    if session:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x" * 32
    return CitizensCompression(lambda _: HttpResponse(LONG, content_type=kind))(request)


def test_a_strangers_page_is_compressed():
    response = answered()
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == LONG
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize(
    "asked", [{"session": True}, {"kind": "application/pdf"}, {"kind": "application/json"}, {"takes": "identity"}]
)
def test_all_else_goes_out_as_it_is(asked):
    response = answered(**asked)
    assert "Content-Encoding" not in response
    assert response.content.decode() == LONG


def test_equal_pages_differ_in_length():
    assert len({len(answered().content) for _ in range(40)}) > 5


@pytest.mark.django_db
def test_the_look_up_is_small_on_the_wire():
    sent = Client(HTTP_ACCEPT_ENCODING="gzip").get("/lookup/")
    assert len(sent.content) < 14_600  # ten packets of the first round trip (RFC 6928)
