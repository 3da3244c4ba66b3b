"""What the web server hands to an application, told back: started by test_server.py under the product's own server."""

import json
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Method, path, body and headers as JSON."""
    body = environ["wsgi.input"].read()
    told = {
        name: value for name, value in environ.items() if name.startswith(("HTTP_", "REMOTE_", "REQUEST_", "PATH_"))
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({**told, "body": len(body)}).encode()]
