"""Keeps every request of a logged-in account within the limits of sessions.py.

Deny by default: a view is let through while something is owed only if it is marked `open_while_owed`.
"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import LazyObject

from hall.access import sessions
from hall.access.models import User
from hall.organisation.reading import house_and_person

GetResponse = Callable[[HttpRequest], HttpResponse]


def open_while_owed(view: Any) -> Any:
    """Mark a view that must stay reachable: log-in and log-out, password, second factor."""
    view.open_while_owed = True
    return view


class StaffSessionMiddleware:
    """Ends idle and over-long sessions, sends those who owe something to settle it, and forbids storing staff pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        had_session = auth.SESSION_KEY in request.session
        if request.user.is_authenticated:
            request.user = _account(request.user)
            self._keep(request)
        elif had_session:
            request.session_ended = "changed"  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.user.is_authenticated or bool(getattr(request, "session_ended", False)):
            # Back on the shared PC shows nothing of the person before (A11).
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before a page of staff opens, what is owed is settled."""
        if not request.user.is_authenticated or getattr(view, "open_while_owed", False):
            return None
        user = request.user
        house = request.installation  # type: ignore[attr-defined]
        verified = user.is_verified()  # type: ignore[attr-defined]
        page = sessions.owed(user, house, verified=verified, at=timezone.now())
        return redirect(page) if page else None

    def _keep(self, request: HttpRequest) -> None:
        user = cast(User, request.user)
        house, person = house_and_person(user.staff_id)
        request.installation = house  # type: ignore[attr-defined]
        user.staff = person
        at = timezone.localtime()
        reason = sessions.ended(request.session, user, idle_minutes=house.idle_minutes, at=at)
        if reason:
            auth.logout(request)
            request.session_ended = reason  # type: ignore[attr-defined]
        else:
            sessions.touch(request.session, at)


def _account(user: Any) -> User:
    """The account itself, known by now: it stood behind two lazy objects (session, second factor), and the frame of one
    page asks it so many things that passing both took longer than the answers."""
    while isinstance(user, LazyObject):
        user = user._wrapped
    return cast(User, user)
