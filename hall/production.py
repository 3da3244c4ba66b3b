"""What the production profile refuses to start with (等保三级: no default or shared secret; ASVS 12.3, 13.4.2)."""

import base64
import binascii
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from hall.local.databases import parse_url

# An acknowledged row must survive the machine (reliability.md C14, D02).
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
KEY_BYTES = 32
PROFILES = ("local", "production")
# What is said to one's own machine no wire carries.
OWN_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


def is_production(profile: str) -> bool:
    """Whether this is the production profile; a misspelt name must not quietly become the local one."""
    if profile not in PROFILES:
        raise ImproperlyConfigured("环境变量 HALL_PROFILE 只能是 local（本机）或 production（正式环境）。")
    return profile == "production"


def refuse_unsafe_start(
    *, debug: bool, secret_key: str, field_keys: str, index_key: str, hosts: list[str],
    databases: Iterable[str] = (), broker: str = "",
) -> None:  # fmt: skip
    """Raise ImproperlyConfigured naming everything that is missing or unsafe in the environment.

    `databases` and `broker` are the addresses the environment gives, empty where it gives none.
    """
    _refuse(
        (debug, "HALL_DEBUG 不得为 1"),
        (
            len(secret_key) < 50 or len(set(secret_key)) < 10 or "insecure" in secret_key,
            "HALL_SECRET_KEY 须为至少 50 位的随机字符",
        ),
        (not _keys_are_whole(field_keys), "HALL_FIELD_KEYS 须至少有一把加密密钥（写法 编号:base64，每把 32 字节）"),
        (not _is_key(index_key), "HALL_INDEX_KEY 须为 base64 写的 32 字节"),
        (index_key in _key_texts(field_keys), "HALL_INDEX_KEY 不得与加密密钥相同"),
        ("*" in hosts or not any(hosts), "HALL_ALLOWED_HOSTS 须逐个列出本站的主机名"),
        (
            any(database_in_clear(url) for url in databases if url),
            "DATABASE_URL、HALL_APP_DATABASE_URL 指向另一台机器时须写 sslmode=verify-full（证书用 sslrootcert=…）",
        ),
        (
            broker_in_clear(broker),
            "REDIS_URL 指向另一台机器时须为 rediss://，并写 ssl_cert_reqs=required（证书用 ssl_ca_certs=…）",
        ),
    )


def database_in_clear(url: str) -> bool:
    """Whether rows would cross a network unencrypted, or to a server that need not show who it is (ASVS 12.3.2)."""
    place = parse_url(url)
    here = place["HOST"] in OWN_MACHINE or place["HOST"].startswith("/")
    return not here and place.get("SSLMODE") != "verify-full"


def broker_in_clear(url: str) -> bool:
    """The same for Redis, of which kombu believes any certificate where the address does not say `required`."""
    parts = urlsplit(url)
    if "socket" in parts.scheme or parts.scheme == "unix" or (parts.hostname or "") in OWN_MACHINE:
        return False
    asked = parse_qs(parts.query)
    checked = asked.get("ssl_cert_reqs") in (["required"], ["CERT_REQUIRED"]) and "ssl_check_hostname" not in asked
    return parts.scheme != "rediss" or not checked


def _key_texts(field_keys: str) -> list[str]:
    return [entry.partition(":")[2] for entry in field_keys.split(",") if entry]


def _keys_are_whole(field_keys: str) -> bool:
    texts = _key_texts(field_keys)
    return bool(texts) and all(_is_key(text) for text in texts)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def refuse_unsafe_database(connection: BaseDatabaseWrapper) -> None:
    """Raise ImproperlyConfigured when the database may lose acknowledged rows or holds a demonstration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)])
        found = dict(cursor.fetchall())
    _refuse(
        *((found[name] == "off", f"数据库的 {name} 已关闭，断电会丢失已受理的记录；须改为 on") for name in DURABLE),
        (is_demonstration(connection), "这是演示数据库，只能在本机演示，不得对外服务；请换用正式的数据库"),
    )


def is_demonstration(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database is marked as a demonstration; asked in SQL, before any table need exist."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('organisation_installation') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT EXISTS (SELECT 1 FROM organisation_installation WHERE demonstration)")
        return bool(cursor.fetchone()[0])


def _refuse(*findings: tuple[bool, str]) -> None:
    if problems := [sentence for unsafe, sentence in findings if unsafe]:
        raise ImproperlyConfigured("正式环境拒绝启动：" + "；".join(problems) + "。")
