"""The gates of staff pages: every view of staff stands behind one of these decorators (deny by default, C32).

A view behind a gate carries `required_rights`, so that a generated test can walk every route with every role.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

from hall.access.models import User
from hall.access.roles import BY_NAME
from hall.access.rules import has_right

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that passed a gate: its user is an enabled account.

    `rail_path` is set where a page belongs to another one of the rail: what is asked before a list is exported.
    """

    user: User
    rail_path: str


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
Gate = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def to_login(request: HttpRequest) -> HttpResponse:
    """To the log-in page, and back afterwards where the request only reads; a timed-out session says why."""
    query: dict[str, str] = {}
    if request.method in ("GET", "HEAD"):
        query["next"] = request.get_full_path()
    if reason := getattr(request, "session_ended", ""):
        query["ended"] = reason
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode(query)}")


def _gate(view: View[P], rights: tuple[str, ...]) -> Gate[P]:
    @wraps(view)
    def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = cast(User, request.user)
        if not (user.is_authenticated and user.is_active):
            return to_login(request)
        if rights and not any(has_right(user, right) for right in rights):
            labels = "、".join(BY_NAME[right].label for right in rights)
            raise PermissionDenied(f"您的角色是“{user.get_role_display()}”，这个页面需要“{labels}”的权限。")
        return view(cast(StaffRequest, request), *args, **kwargs)

    cast(Any, gated).required_rights = rights
    return gated


def staff_required(view: View[P]) -> Gate[P]:
    """Any enabled account; everyone else is sent to log in."""
    return _gate(view, ())


def right_required(*rights: str) -> Callable[[View[P]], Gate[P]]:
    """An enabled account that holds any of `rights`; a page in Chinese with status 403 otherwise."""
    names = tuple(BY_NAME[right].name for right in rights)
    return lambda view: _gate(view, names)
