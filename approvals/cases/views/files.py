"""How a file leaves the hall: never cached, never guessed at, never able to run anything."""

import re
from urllib.parse import quote

from django.http import HttpResponse

_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]')


def file_response(content: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    """The bytes under a safe name (RFC 6266, with an ASCII fallback), to be shown or to be saved."""
    safe = _UNSAFE.sub("_", name).strip(". ") or "file"
    plain = safe.encode("ascii", "ignore").decode() or "file"
    response = HttpResponse(content, content_type=media_type)
    shown = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{shown}; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
