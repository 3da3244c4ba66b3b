"""An application that tells in which process it was loaded, and in which it answers: served by test_processes.py."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from hall.serving import Serving

LOADED_IN = os.getpid()


def tell(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{LOADED_IN} {os.getpid()}".encode()]


application = Serving(tell)
