"""What the production profile refuses."""

import base64
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from hall.organisation.models import Installation
from hall.production import is_demonstration, is_production, refuse_unsafe_database, refuse_unsafe_start

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(1, 33))).decode()
SAFE: dict[str, Any] = {
    "debug": False,
    "secret_key": "k3Jx9-qLw0ZtR7vYbN2mPfHsDcGe5uTaWi8oQ1rXyVzBnMlKjU",
    "field_keys": f"k1:{KEY}",
    "index_key": OTHER,
    "hosts": ["hall.example.cn"],
}
PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("profile", "expected"), [("local", False), ("production", True)])
def test_knows_its_profiles(profile: str, expected: bool) -> None:
    assert is_production(profile) is expected


@pytest.mark.parametrize("profile", ["", "prod", "Production", "PRODUCTION "])
def test_a_misspelt_profile_is_not_quietly_the_local_one(profile: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HALL_PROFILE"):
        is_production(profile)


def test_starts_when_everything_is_set() -> None:
    refuse_unsafe_start(**SAFE)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"debug": True}, "HALL_DEBUG"),
        ({"secret_key": ""}, "HALL_SECRET_KEY"),
        ({"secret_key": "x" * 60}, "HALL_SECRET_KEY"),
        ({"secret_key": "django-insecure-" + SAFE["secret_key"]}, "HALL_SECRET_KEY"),
        ({"secret_key": SAFE["secret_key"][:49]}, "HALL_SECRET_KEY"),
        ({"field_keys": ""}, "HALL_FIELD_KEYS"),
        ({"field_keys": "k1:"}, "HALL_FIELD_KEYS"),
        ({"field_keys": "k1:c2hvcnQ="}, "HALL_FIELD_KEYS"),
        ({"field_keys": f"k1:{KEY},k0:不是密钥"}, "HALL_FIELD_KEYS"),
        ({"index_key": ""}, "HALL_INDEX_KEY"),
        ({"index_key": KEY}, "HALL_INDEX_KEY 不得与加密密钥相同"),
        ({"hosts": [""]}, "HALL_ALLOWED_HOSTS"),
        ({"hosts": ["hall.example.cn", "*"]}, "HALL_ALLOWED_HOSTS"),
    ],
)
def test_w12_names_what_is_missing_or_unsafe(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"正式环境拒绝启动：.*{named}"):
        refuse_unsafe_start(**{**SAFE, **change})


def test_names_everything_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe_start(debug=True, secret_key="", field_keys="", index_key="", hosts=[])
    assert str(refused.value).count("HALL_") == 5


def test_never_repeats_a_secret() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe_start(**{**SAFE, "secret_key": "short-secret", "field_keys": "k1:leaked"})
    assert "short-secret" not in str(refused.value)
    assert "leaked" not in str(refused.value)


@pytest.mark.django_db
def test_d02_a_database_that_forgets_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    with pytest.raises(ImproperlyConfigured, match="synchronous_commit"):
        refuse_unsafe_database(connection)


@pytest.mark.django_db
def test_an_empty_database_is_no_demonstration() -> None:
    Installation.objects.all().delete()
    assert not is_demonstration(connection)


@pytest.mark.django_db
def test_a_demonstration_is_refused() -> None:
    Installation.objects.update_or_create(id=1, defaults={"demonstration": True})
    assert is_demonstration(connection)
    with pytest.raises(ImproperlyConfigured, match="演示数据库"):
        refuse_unsafe_database(connection)


def check_deploy(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HALL_PROFILE": "production",
        "HALL_DATA_DIR": os.environ["HALL_DATA_DIR"],
        "HALL_SECRET_KEY": secrets.token_urlsafe(50),
        "HALL_FIELD_KEYS": f"k1:{KEY}",
        "HALL_INDEX_KEY": OTHER,
        "HALL_ALLOWED_HOSTS": "hall.example.cn",
        **changes,
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_w06_the_profile_passes_the_deployment_check() -> None:
    assert check_deploy().returncode == 0


@pytest.mark.parametrize(
    "change",
    [{"DATABASE_URL": "postgresql://u:secret@db.example/hall"}, {"REDIS_URL": "redis://:secret@redis.example/0"}],
)
def test_a_server_on_another_machine_is_reached_sealed_or_not_at_all(change: dict[str, str]) -> None:
    refused = check_deploy(**change)
    assert refused.returncode == 1
    assert next(iter(change)) in refused.stderr
    assert "secret" not in refused.stderr


@pytest.mark.parametrize("change", [{"HALL_DEBUG": "1"}, {"HALL_SECRET_KEY": ""}, {"HALL_FIELD_KEYS": ""}])
def test_the_profile_ends_in_a_sentence_without_a_traceback(change: dict[str, str]) -> None:
    refused = check_deploy(**change)
    assert refused.returncode == 1
    if "HALL_DEBUG" not in change:
        assert refused.stderr.startswith("正式环境拒绝启动：")
        assert "Traceback" not in refused.stderr
