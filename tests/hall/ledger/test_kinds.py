"""Kinds of events: announced once, described for people."""

from types import SimpleNamespace

import pytest

from hall.ledger import kinds


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})


def event(kind: str, **data: object) -> SimpleNamespace:
    return SimpleNamespace(kind=kind, data=data)


def test_label_alone() -> None:
    kinds.register("case.accepted", "受理")
    assert kinds.describe(event("case.accepted")) == "受理"


def test_label_and_detail() -> None:
    kinds.register("case.paused", "停表", lambda data: f"{data['ground']}，告知书 {data['no']}")
    assert kinds.describe(event("case.paused", ground="专家评审", no="12")) == "停表：专家评审，告知书 12"


def test_empty_detail_leaves_no_colon() -> None:
    kinds.register("case.paused", "停表", lambda data: str(data.get("ground", "")))
    assert kinds.describe(event("case.paused")) == "停表"


def test_old_data_never_break_a_page() -> None:
    kinds.register("case.paused", "停表", lambda data: str(data["a field added later"]))
    assert kinds.describe(event("case.paused")) == "停表"


def test_kind_of_a_removed_room_is_shown_by_name() -> None:
    assert kinds.describe(event("gone.happened")) == "gone.happened"
    assert kinds.label_of("gone.happened") == "gone.happened"


def test_registering_again_with_the_same_label_is_harmless() -> None:
    kinds.register("case.accepted", "受理")
    kinds.register("case.accepted", "受理")
    assert kinds.label_of("case.accepted") == "受理"


def test_one_kind_has_one_label() -> None:
    kinds.register("case.accepted", "受理")
    with pytest.raises(ValueError, match="already called 受理"):
        kinds.register("case.accepted", "接收")


def test_unknown_kind_is_an_error_when_written() -> None:
    with pytest.raises(kinds.UnknownKind, match=r"case\.typo"):
        kinds.kind_of("case.typo")
