"""Recipients: announced by rooms, resolved at sending, never printed."""

import pytest

from hall.outbox import recipients
from hall.outbox.recipients import Address, UnknownRecipientKind


def somebody(ref: str) -> Address:
    return Address(email=f"{ref}@example.org")


def test_a_room_announces_how_to_reach_its_people() -> None:
    recipients.register("applicant", somebody)
    recipients.register("applicant", somebody)
    assert recipients.known("applicant")
    assert recipients.resolve("applicant", "a") == Address(email="a@example.org")


def test_a_kind_has_one_resolver() -> None:
    recipients.register("applicant", somebody)
    with pytest.raises(ValueError, match="already has a resolver"):
        recipients.register("applicant", recipients.user_account)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(UnknownRecipientKind, match="nobody"):
        recipients.resolve("nobody", "1")


def test_accounts_are_reached_in_the_app() -> None:
    assert recipients.resolve("user", "7") == Address(user_id="7")


def test_an_address_prints_nothing() -> None:
    assert repr(Address(phone="13800000000")) == "<Address>"
