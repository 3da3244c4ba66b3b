"""From a reference to an address, at the moment of sending (law 13). Rooms register how to reach their people.

A resolver gets `recipient_ref` and returns an Address, or None when that person cannot be reached any more.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Address:
    """Where a person can be reached; empty parts are not known. Its text form shows nothing."""

    user_id: str = ""
    email: str = ""
    phone: str = ""
    robot: str = ""

    def __repr__(self) -> str:
        return "<Address>"


Resolver = Callable[[str], Address | None]
_resolvers: dict[str, Resolver] = {}


class UnknownRecipientKind(LookupError):
    """No room registered this kind of recipient."""


def register(kind: str, resolver: Resolver) -> None:
    """Announce how to reach recipients of a kind. A second resolver for one kind is a mistake (ValueError)."""
    if _resolvers.get(kind, resolver) is not resolver:
        raise ValueError(f"the recipient kind {kind} already has a resolver")
    _resolvers[kind] = resolver


def known(kind: str) -> bool:
    """Whether a kind was announced."""
    return kind in _resolvers


def resolve(kind: str, ref: str) -> Address | None:
    """The address now, or None. Raises UnknownRecipientKind."""
    try:
        resolver = _resolvers[kind]
    except KeyError:
        raise UnknownRecipientKind(f"recipient kind {kind!r} was not registered in any AppConfig.ready") from None
    return resolver(ref)


def user_account(ref: str) -> Address:
    """The built-in kind `user`: a staff account by its primary key, reachable in the app."""
    return Address(user_id=ref)
