"""What the production profile refuses, setting by setting (W12): the safe value beside the unsafe ones."""

import base64
import ssl
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.template import Context, Engine, Template
from kombu import Connection

from hall.ledger import numbers
from hall.organisation.models import Installation
from hall.production import DURABLE, is_demonstration, refuse_unsafe_database, refuse_unsafe_start

KEY, OTHER, THIRD = (base64.b64encode(bytes(range(n, n + 32))).decode() for n in range(3))
SAFE: dict[str, Any] = {
    "debug": False,
    "secret_key": "k3Jx9-qLw0ZtR7vYbN2mPfHsDcGe5uTaWi8oQ1rXyVzBnMlKjU",
    "field_keys": f"k1:{KEY}",
    "index_key": OTHER,
    "hosts": ["hall.example.cn"],
}
TABLE: list[tuple[str, Any, bool]] = [
    # setting, value, starts
    ("debug", False, True),
    ("debug", True, False),
    ("secret_key", SAFE["secret_key"], True),
    ("secret_key", SAFE["secret_key"] * 4, True),
    ("secret_key", "", False),
    ("secret_key", " " * 60, False),
    ("secret_key", "a" * 60, False),
    ("secret_key", "ab" * 30, False),
    ("secret_key", "changeme", False),
    ("secret_key", f"django-insecure-{SAFE['secret_key']}", False),
    ("secret_key", SAFE["secret_key"][:49], False),
    ("field_keys", f"k2:{THIRD},k1:{KEY}", True),
    ("field_keys", f"k1:{KEY},", True),
    ("field_keys", "", False),
    ("field_keys", ",", False),
    ("field_keys", "k1", False),
    ("field_keys", KEY, False),
    ("field_keys", "k1:", False),
    ("field_keys", "k1:short", False),
    ("field_keys", f"k1:{KEY[:-4]}", False),
    ("field_keys", f"k1:{KEY} ", False),
    ("field_keys", f"k1:{KEY},k2:", False),
    ("field_keys", f"k1:{KEY},k2:密钥", False),
    ("index_key", THIRD, True),
    ("index_key", "", False),
    ("index_key", "short", False),
    ("index_key", KEY, False),
    ("index_key", f"k1:{OTHER}", False),
    ("hosts", ["a.example", "b.example"], True),
    ("hosts", [], False),
    ("hosts", [""], False),
    ("hosts", ["*"], False),
    ("hosts", ["a.example", "*"], False),
    ("databases", ["", ""], True),
    ("databases", ["postgresql:///hall?host=/run/postgresql"], True),
    ("databases", ["postgresql://u@localhost/hall", "postgresql://u@127.0.0.1:6432/hall"], True),
    ("databases", ["postgresql://u@[::1]/hall"], True),
    ("databases", ["postgresql://u@db.example/hall?sslmode=verify-full"], True),
    ("databases", ["postgresql://u@db.example/hall?sslmode=verify-full&sslrootcert=/etc/ssl/db.pem"], True),
    ("databases", ["postgresql://u@db.example/hall"], False),
    ("databases", ["postgresql://u@db.example/hall?sslmode=require"], False),
    ("databases", ["postgresql://u@db.example/hall?sslmode=verify-ca"], False),
    ("databases", ["postgresql://u@127.0.0.1.example/hall"], False),
    ("databases", ["postgresql:///hall?host=db.example"], False),
    ("databases", ["", "postgresql://app@db.example/hall"], False),
    ("broker", "", True),
    ("broker", "redis+socket:///run/redis.sock", True),
    ("broker", "redis://localhost/0", True),
    ("broker", "redis://:secret@127.0.0.1:6379/0", True),
    ("broker", "rediss://:secret@redis.example/0?ssl_cert_reqs=required", True),
    ("broker", "rediss://redis.example/0?ssl_cert_reqs=required&ssl_ca_certs=/etc/ssl/redis.pem", True),
    ("broker", "redis://redis.example/0", False),
    ("broker", "redis://redis.example/0?ssl_cert_reqs=required", False),
    ("broker", "rediss://redis.example/0", False),
    ("broker", "rediss://redis.example/0?ssl_cert_reqs=none", False),
    ("broker", "rediss://redis.example/0?ssl_cert_reqs=required&ssl_check_hostname=false", False),
]


@pytest.mark.parametrize(("name", "value", "starts"), TABLE)
def test_w12_each_setting_by_itself(name: str, value: Any, starts: bool) -> None:
    given = {**SAFE, name: value}
    if starts:
        refuse_unsafe_start(**given)
        return
    with pytest.raises(ImproperlyConfigured, match=r"\A正式环境拒绝启动：.*。\Z") as refused:
        refuse_unsafe_start(**given)
    if isinstance(value, str) and len(value) > 5:
        assert value not in str(refused.value)


def test_what_is_asked_of_the_broker_is_what_its_client_does() -> None:
    """kombu reads the address: without the word it would believe any certificate."""
    given = "rediss://redis.example/0?ssl_cert_reqs=required&ssl_ca_certs=/etc/ssl/redis.pem"
    assert Connection(given).ssl == {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": "/etc/ssl/redis.pem"}
    assert Connection("rediss://redis.example/0").ssl == {"ssl_cert_reqs": ssl.CERT_NONE}


def test_the_index_key_is_none_of_the_old_field_keys_either() -> None:
    with pytest.raises(ImproperlyConfigured, match="HALL_INDEX_KEY 不得与加密密钥相同"):
        refuse_unsafe_start(**{**SAFE, "field_keys": f"k2:{THIRD},k1:{KEY}", "index_key": KEY})


@pytest.mark.django_db
@pytest.mark.parametrize("demonstration", [True, False])
def test_a_demonstration_is_told_by_its_row(demonstration: bool) -> None:
    Installation.objects.update_or_create(id=1, defaults={"demonstration": demonstration})
    assert is_demonstration(connection) is demonstration


@pytest.mark.django_db
def test_a_database_before_its_first_migration_is_no_demonstration() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_temp")
    assert is_demonstration(connection) is False


@pytest.mark.django_db
@pytest.mark.parametrize("names", [DURABLE[2:]])
def test_d02_what_may_be_lost_is_named(names: tuple[str, ...]) -> None:
    Installation.objects.all().delete()
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SET LOCAL {name} = off")
    with pytest.raises(ImproperlyConfigured) as refused:
        refuse_unsafe_database(connection)
    assert all(name in str(refused.value) for name in names)


VALID = numbers.compose(region6="130302", center4="0012", on=date(2026, 4, 13), serial=1)
GROUPED = [
    (None, ""),
    ("", ""),
    (VALID, f"130302-0012-20260413-00001-{VALID[-1]}"),
    ("nonsense", "nonsense"),
]


@pytest.mark.parametrize(("docket", "shown"), GROUPED)
def test_dockets_are_shown_in_groups(docket: object, shown: str) -> None:
    found = Template("{{ docket|grouped }}").render(Context({"docket": docket}))
    assert found.replace(" ", "-") == shown


@pytest.mark.parametrize("text", ["{% again %}", "{% again a b %}"])
def test_a_block_is_written_again_by_one_name(text: str) -> None:
    with pytest.raises(Exception, match="again takes the name of one block"):
        Template(text)


def test_a_block_is_written_again_as_the_page_defines_it() -> None:
    pages = {
        "base.html": "<title>{% block title %}大厅{% endblock %}</title><h1>{% again title %}</h1>",
        "page.html": '{% extends "base.html" %}{% block title %}找{{ what }}{% endblock %}',
    }
    engine = Engine(loaders=[("django.template.loaders.locmem.Loader", pages)], builtins=["hall.tags"])
    shown = engine.get_template("page.html").render(Context({"what": "<中心>"}))
    assert shown == "<title>找&lt;中心&gt;</title><h1>找&lt;中心&gt;</h1>"
