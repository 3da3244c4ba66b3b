"""How django-axes notes a failed log-in: whose name, from where, how often, and nothing else that was sent (law 13)."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest, QueryDict


class QuietHandler(AxesDatabaseHandler):
    """The original writes down every field of the address and the form but the password, whatever a visitor sends."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count the failure; while it is written the request has no fields. The name comes with the credentials."""
        if request is None:
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        asked, sent = request.GET, request.POST
        request.GET = request.POST = QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = asked, sent
