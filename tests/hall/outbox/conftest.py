"""One kind of recipient everybody here writes to, and channels put back after each test."""

from collections.abc import Iterator

import pytest

from hall.outbox import channels, recipients
from hall.outbox.enums import Channel
from hall.outbox.recipients import Address

TEST_ADDRESS = Address(email="somebody@example.org", phone="13800000000", robot="group-1")


def _reachable(ref: str) -> Address:
    return TEST_ADDRESS


def _unreachable(ref: str) -> None:
    return None


@pytest.fixture(autouse=True)
def _registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    resolvers = {**recipients._resolvers, "test": _reachable, "gone": _unreachable}
    monkeypatch.setattr(recipients, "_resolvers", resolvers)
    yield
    for channel in Channel:
        channels.use(channel, None)
