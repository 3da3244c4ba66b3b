"""What libraries do beside every request, log-in and saved row although no test here asks for it, left out.

The log-in page itself is tested through its form; `force_login` only makes somebody be logged in.
"""

from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client, client
from simple_history.manager import HistoryManager

from hall.access.models import User

_keep_context = client.store_rendered_templates


def _keep_first_context(store: dict[str, Any], *args: Any, **facts: Any) -> None:
    """What a page was rendered with, as Django keeps it, without a copy for each of its parts."""
    if not store:
        _keep_context(store, *args, **facts)


def _sit_down(self: Client, user: User, backend: str | None = None) -> None:
    """A session of this account, written once: Django's way takes nineteen statements, most of them of axes."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    self.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def quicken() -> None:
    """For the whole run."""
    client.store_rendered_templates = _keep_first_context
    Client._login = _sit_down
    # The class of a manager of history is made anew for every row that is kept; it is the same class every time.
    HistoryManager.from_queryset = staticmethod(cache(HistoryManager.from_queryset))
