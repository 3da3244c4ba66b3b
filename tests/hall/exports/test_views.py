"""The page in front of every export: purpose first, then the file and its trail."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase
from django.test import RequestFactory

from hall.access.models import User
from hall.exports import views as exporting
from hall.exports.chosen import Chosen
from hall.exports.tables import Column, Table
from hall.ledger.models import Event
from tests.builders import Hall

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "十月督查通报附表", "form": "xlsx"}


@pytest.fixture
def supervisor() -> User:
    return Hall().supervisor


def rows(count: int) -> Iterator[tuple[str, int]]:
    return ((f"行{n}", n) for n in range(count))


def ask(user: User, data: dict[str, str] | None = None, *, count: int = 3, most: int = 50_000) -> HttpResponseBase:
    factory = RequestFactory()
    request = factory.get("/x/") if data is None else factory.post("/x/", data)
    request.user = user  # type: ignore[assignment]
    columns = [Column("a", "甲"), Column("n", "数", "number")]
    build = lambda: Table("名单", columns, rows(count), most=most, filters=[Chosen("期间", "十月")])  # noqa: E731
    return exporting.offer(request, title="名单", build=build, back="/list/")  # type: ignore[arg-type]


def taken(user: User, data: dict[str, str]) -> tuple[bytes, HttpResponseBase]:
    """The file to its end, so that it is closed."""
    response = ask(user, data)
    content = b"".join(response)  # type: ignore[arg-type]
    response.file_to_stream.close()  # type: ignore[attr-defined] # closing the response would close the connection
    return content, response


def test_it_asks_for_the_purpose_first(supervisor: User) -> None:
    page = ask(supervisor)
    assert page.status_code == 200
    assert "用途" in page.content.decode()  # type: ignore[attr-defined]


def test_asking_leaves_no_trail(supervisor: User) -> None:
    ask(supervisor)
    assert not Event.objects.filter(kind="exports.taken").exists()


@pytest.mark.parametrize("data", [{"form": "xlsx"}, {"purpose": "  ", "form": "pdf"}, {"purpose": "x", "form": "doc"}])
def test_without_purpose_or_with_an_unknown_form_nothing_leaves(supervisor: User, data: dict[str, str]) -> None:
    assert ask(supervisor, data).status_code == 422
    assert not Event.objects.filter(kind="exports.taken").exists()


@pytest.mark.parametrize(("form", "magic"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_file_comes_in_the_form_chosen(supervisor: User, form: str, magic: bytes) -> None:
    content, response = taken(supervisor, {**PURPOSE, "form": form})
    assert content.startswith(magic)
    assert f".{form}" in response["Content-Disposition"]


def test_u06_the_trail_says_who_took_what_and_what_for(supervisor: User) -> None:
    taken(supervisor, PURPOSE)
    event = Event.objects.get(kind="exports.taken")
    assert event.actor_id == supervisor.pk
    assert event.data == {
        "title": "名单", "rows": 3, "format": "xlsx", "reason": PURPOSE["purpose"], "filters": {"期间": "十月"},
    }  # fmt: skip


def test_too_many_rows_are_refused_with_the_number_that_fits(supervisor: User) -> None:
    response = ask(supervisor, PURPOSE, count=11, most=10)
    assert response.status_code == 422
    assert "超过 10 行" in response.content.decode()  # type: ignore[attr-defined]


def test_a_list_is_not_kept_by_browsers(supervisor: User) -> None:
    _, response = taken(supervisor, PURPOSE)
    assert response["Cache-Control"] == "no-store"


def test_the_file_is_not_handed_out_for_other_methods(supervisor: User) -> None:
    request = RequestFactory().put("/x/")
    request.user = supervisor  # type: ignore[assignment]
    build = lambda: Table("名单", [], [], filters=())  # noqa: E731
    assert exporting.offer(request, title="名单", build=build, back="/").status_code == 405  # type: ignore[arg-type]
