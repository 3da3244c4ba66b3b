"""Secrets of a local installation: made once, kept in the data folder, readable by its owner only."""

import base64
import json
import os
import secrets

from hall.local.paths import data_dir


def local_secrets() -> dict[str, str]:
    """Read the data folder's secrets, making them on first use. Never used by the production profile."""
    path = data_dir() / "secrets.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {
            "secret_key": secrets.token_urlsafe(50),
            "field_keys": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return local_secrets()
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
    return dict(json.loads(path.read_text()))
