"""Addresses of the audit room."""

from tests.guards.route import AUDITOR, SUPERVISOR, Route, form, get

WATCHING = frozenset({SUPERVISOR, AUDITOR})
READING = frozenset({AUDITOR})
ROUTES: dict[str, Route] = {
    "audit:viewings": get(WATCHING),
    "audit:viewings_export": form(WATCHING),
    "audit:foreign": get(READING),
    "audit:foreign_export": form(READING),
    "audit:heads": get(READING),
    "audit:logs": get(READING),
}
