"""Secrets of a local installation: made once, kept in the data folder, readable by its owner only."""

import base64
import json
import os
import secrets
import tempfile
from pathlib import Path

from hall.local.paths import data_dir, make_data_dir, unwritable
from hall.local.trouble import Trouble

NAMES = {"secret_key", "field_keys", "index_key"}


def local_secrets() -> dict[str, str]:
    """Read the data folder's secrets, making them on first use. Never used by the production profile."""
    path = data_dir() / "secrets.json"
    if not path.exists():
        make_data_dir()
        _publish(path, _fresh())
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Trouble(
            f"密钥文件读不出来：{path}。没有它，已加密的个人信息无法解密；请从备份恢复这个文件，不要删除。"
        ) from error
    if not isinstance(found, dict) or not set(found) >= NAMES:
        raise Trouble(f"密钥文件不完整：{path}。请从备份恢复这个文件，不要删除。")
    return {name: str(found[name]) for name in NAMES}


def replace_keys(*, field_keys: str, index_key: str) -> None:
    """Put the keys of another machine in the place of fresh ones; those are kept beside under another name."""
    path = data_dir() / "secrets.json"
    make_data_dir()
    if path.exists():
        path.replace(path.with_name(f"secrets.before-{secrets.token_hex(4)}.json"))
    _publish(path, {**_fresh(), "field_keys": field_keys, "index_key": index_key})


def _fresh() -> dict[str, str]:
    return {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "index_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _publish(path: Path, made: dict[str, str]) -> None:
    """Put the finished file in place in one step: of two first starts one wins, and neither reads half a file."""
    try:
        handle, draft = tempfile.mkstemp(prefix=".secrets-", dir=path.parent)
        with os.fdopen(handle, "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    except OSError as error:
        raise unwritable(path.parent, error) from error
