"""Keys: read once, refused when unusable."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from hall.privacy.keys import index_key, keyring

KEY_A, KEY_B = (base64.b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))


def test_first_key_encrypts_and_all_are_kept(settings: Settings) -> None:
    settings.FIELD_KEYS = f"k2:{KEY_B}, k1:{KEY_A}"
    ring = keyring()
    assert ring.current == "k2"
    assert set(ring.keys) == {"k1", "k2"}


@pytest.mark.parametrize(
    "text",
    ["", "k1", "k1:short", "k1:%%%", f":{KEY_A}", f"k1:{KEY_A},k1:{KEY_B}", f"a|b:{KEY_A}"],
    ids=["nothing", "no key", "short", "no base64", "no id", "id twice", "separator in id"],
)
def test_unusable_keys_are_refused(settings: Settings, text: str) -> None:
    settings.FIELD_KEYS = text
    with pytest.raises(ImproperlyConfigured, match="HALL_FIELD_KEYS"):
        keyring()


def test_missing_index_key_is_refused(settings: Settings) -> None:
    settings.INDEX_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="HALL_INDEX_KEY"):
        index_key()


def test_a_keyring_prints_no_key(settings: Settings) -> None:
    settings.FIELD_KEYS = f"k1:{KEY_A}"
    assert repr(keyring()) == "Keyring(k1)"


def test_an_error_names_no_key(settings: Settings) -> None:
    settings.FIELD_KEYS = "k1:c2VjcmV0"
    with pytest.raises(ImproperlyConfigured) as caught:
        keyring()
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["HALL_FIELD_KEYS", "HALL_INDEX_KEY"])
def test_p08_no_process_starts_without_usable_keys(variable: str) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=root,
        env={**os.environ, variable: "k1:bm90IGEga2V5"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert variable in done.stderr
    assert "32 random bytes" in done.stderr
    assert "bm90IGEga2V5" not in done.stderr
