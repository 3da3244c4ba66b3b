"""What the web server hands to an application, told back: started by test_server.py under the product's own server."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from hall.serving import REFUSED, Serving


def tell(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Method, path, body and headers as JSON; a refused request by its status."""
    body = environ["wsgi.input"].read()
    told = {
        name: value for name, value in environ.items() if name.startswith(("HTTP_", "REMOTE_", "REQUEST_", "PATH_"))
    }
    start_response(f"{environ.get(REFUSED, 200)} Told", [("Content-Type", "application/json")])
    return [json.dumps({**told, "body": len(body)}).encode()]


application = Serving(tell)
