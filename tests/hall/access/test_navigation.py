"""The rail: which words, in which order, which one is open."""

from collections.abc import Iterator

import pytest

from hall.access import navigation
from hall.access.enums import Role
from hall.access.models import User


@pytest.fixture(autouse=True)
def rail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A rail of its own for each test."""
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("人员", "access:staff_list", "accounts.edit", order=20)
    navigation.register("新增", "access:staff_new", ("organisation.edit", "organisation.history"), order=10)
    navigation.register("消息", "access:inbox", order=30)
    return


def labels(role: Role) -> list[str]:
    return [entry.label for entry in navigation.entries_for(User(role=role, is_active=True))]


@pytest.mark.parametrize(
    ("role", "shown"),
    [(Role.ADMIN, ["新增", "人员", "消息"]), (Role.AUDITOR, ["新增", "消息"]), (Role.CLERK, ["消息"])],
)
def test_lines_are_ordered_and_shown_by_any_of_their_rights(role: Role, shown: list[str]) -> None:
    assert labels(role) == shown


def test_registering_again_replaces() -> None:
    navigation.register("收件箱", "access:inbox", order=5)
    assert labels(Role.CLERK) == ["收件箱"]


def test_an_unknown_right_fails_at_once() -> None:
    with pytest.raises(KeyError):
        navigation.register("某页", "access:inbox", "account.edit")


@pytest.mark.parametrize(
    ("path", "opened"),
    [
        ("/manage/staff/", ["人员"]),
        ("/manage/staff/7/", ["人员"]),
        ("/manage/staff/new/", ["新增"]),
        ("/inbox/", ["消息"]),
        ("/elsewhere/", []),
    ],
)
def test_the_longest_address_is_the_open_one(path: str, opened: list[str]) -> None:
    links = navigation.links_for(User(role=Role.ADMIN, is_active=True), path)
    assert [link["label"] for link in links if link["active"]] == opened
