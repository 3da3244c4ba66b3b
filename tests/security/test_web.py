"""The web platform: hosts, headers, cookies, forgery, caches, secrets, and what is not there (W01 to W12, A14, A13)."""

import os
import re
import subprocess
import sys
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client, override_settings
from django.urls import reverse

from hall.access.enums import Role
from hall.access.models import User
from hall.access.roles import BY_NAME, TABLE, rights_of
from tests.builders import Hall, make_case, make_user
from tests.guards.source import ROOT
from tests.hall.access.builders import PASSWORD, logged_in

pytestmark = pytest.mark.django_db
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ANSWERS: Final = {
    200: "/", 302: "/work/", 404: "/nowhere/", 405: "/logout/", 422: "/lookup/", 403: "/health/", 400: "/?host",
}  # fmt: skip


def answer(status: int) -> Any:
    """A response of that status, of somebody who gets it."""
    path = ANSWERS[status]
    if status == 422:
        return Client().post(path, {"docket": "x", "code": "x"})
    if status == 403:
        return logged_in(Role.CLERK)[0].get(path)
    if status == 400:
        return Client(headers={"host": "evil.example"}).get("/")
    return Client().get(path)


@pytest.mark.parametrize("status", [pytest.param(status, id=f"w02-{status}") for status in ANSWERS])
def test_w02_every_answer_carries_the_headers(status: int) -> None:
    response = answer(status)
    assert response.status_code == status
    assert {name: value for name, value in HEADERS.items() if value not in response.get(name, "")} == {}
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert all(part in policy for part in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"))
    if response.content:
        assert "charset=utf-8" in response["Content-Type"]


def test_w02_no_answer_lets_another_origin_read_it() -> None:
    for status in ANSWERS:
        assert not [name for name, _ in answer(status).items() if name.lower().startswith("access-control-")]


@override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_SSL_REDIRECT=True)
def test_w02_over_tls_a_browser_is_told_to_stay_there() -> None:
    sealed = Client().get("/", secure=True)
    assert sealed["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert Client().get("/")["Location"].startswith("https://")


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-host": "evil.example"}, {"x-forwarded-server": "evil.example"}, {"forwarded": "host=evil.example"}],
    ids=lambda headers: f"w01-{next(iter(headers))}",
)
def test_w01_a_forwarded_host_is_not_believed(headers: dict[str, str]) -> None:
    response = Client(headers=headers).get("/inbox/")
    assert response.status_code == 302
    assert "evil" not in response["Location"]


def test_w01_links_in_messages_name_the_configured_origin() -> None:
    """Nothing is built from the Host of a request: the product never asks for an absolute address of one."""
    asked = [
        path
        for folder in ("hall", "approvals")
        for path in (ROOT / folder).rglob("*.py")
        if "build_absolute_uri" in path.read_text()
    ]
    assert not asked


def test_w03_cookies_of_the_production_profile() -> None:
    shown = production(
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY,"
        " s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE, s.SECURE_HSTS_SECONDS, s.DEBUG);"
        "from hall.access.devices import COOKIE; print(COOKIE)"
    )
    assert shown.split() == [
        "__Host-session", "__Host-csrf", "True", "True", "True", "True", "Lax", "Lax", "31536000", "False",
        "__Host-device",
    ]  # fmt: skip


def production(code: str, **more: str) -> str:
    """What the production profile says, started with fresh keys in a process of its own."""
    made = subprocess.run(
        [sys.executable, "manage.py", "make_keys"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    keys = dict(word.split("=", 1) for word in made.split())
    environment = {**os.environ, "HALL_PROFILE": "production", "HALL_ALLOWED_HOSTS": "hall.invalid", **keys, **more}
    run = f"import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'hall.settings'; django.setup(); {code}"
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_w03_cookies_a_visitor_really_gets() -> None:
    browser = Client()
    make_user(username="wangli")
    browser.post("/login/", {"username": "wangli", "password": PASSWORD})
    browser.get("/login/")
    assert browser.cookies
    for cookie in browser.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


@pytest.mark.parametrize("method", [pytest.param(name, id=f"w04-{name}") for name in ("HEAD", "OPTIONS", "GET")])
def test_w04_logging_out_by_a_safe_method_is_refused(method: str) -> None:
    browser, _ = logged_in()
    assert browser.generic(method, "/logout/").status_code == 405
    assert SESSION_KEY in browser.session


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"), ('{"x": 1}', "text/plain"), ('{"x": 1}', "application/json"),
        ("_method=POST", "application/x-www-form-urlencoded"), ("", "multipart/form-data; boundary=x"),
    ],
    ids=lambda value: f"w04-{value[:20]}",
)  # fmt: skip
def test_w04_a_post_of_another_site_changes_nothing(body: str, kind: str) -> None:
    user = make_user(Role.CLERK)
    browser = Client(enforce_csrf_checks=True, headers={"origin": "https://evil.example"})
    browser.force_login(user)
    for path in ("/logout/", "/inbox/read/", "/account/password/"):
        assert browser.post(path, body, content_type=kind).status_code == 403
    assert SESSION_KEY in browser.session


def test_w04_a_method_written_into_the_request_is_no_method() -> None:
    browser, _ = logged_in()
    assert browser.get("/logout/?_method=POST", headers={"x-http-method-override": "POST"}).status_code == 405
    assert SESSION_KEY in browser.session


def test_w04_the_token_of_one_person_is_worth_nothing_with_another_origin() -> None:
    user = make_user(Role.CLERK)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    page = browser.get("/account/password/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    foreign = {"origin": "https://evil.example"}
    data = {"csrfmiddlewaretoken": token[1]}
    assert browser.post("/inbox/read/", data, headers=foreign).status_code == 403
    assert browser.post("/inbox/read/", data).status_code == 302


def test_w05_no_cache_stands_between_two_people() -> None:
    """No middleware keeps answers; a page of staff says so itself, whoever asks how."""
    assert not [name for name in settings.MIDDLEWARE if "cache" in name.lower()]
    for role in (Role.CLERK, Role.ADMIN):
        browser, user = logged_in(role)
        for how in ({}, {"cache-control": "max-age=3600"}, {"pragma": "cache"}, {"vary": "*"}):
            page = browser.get("/inbox/", headers=how)
            assert page["Cache-Control"] == "no-store, private"
            assert user.display_name in page.content.decode()
            assert "Cookie" in page["Vary"]


def test_w08_two_thousand_fields_and_ten_megabytes_are_refused_at_once() -> None:
    many = "&".join(f"a{number}=1" for number in range(2000))
    form = "application/x-www-form-urlencoded"
    for path in ("/login/", "/lookup/"):
        assert Client(raise_request_exception=False).post(path, many, content_type=form).status_code == 400
        large = "a=" + "x" * 10_000_000
        assert Client(raise_request_exception=False).post(path, large, content_type=form).status_code in (400, 413)


@pytest.mark.parametrize("count", [pytest.param(count, id=f"w08-{count}") for count in (1000, 5000)])
def test_w08_a_query_of_thousands_is_no_burden(count: int) -> None:
    query = "&".join(f"q{number}=1" for number in range(count)) + "&page=2" * 500
    for path in ("/guides/", "/lookup/", "/centers/", "/calculator/"):
        assert Client(raise_request_exception=False).get(f"{path}?{query}").status_code in (200, 400)


def test_w08_a_deep_document_where_a_form_is_expected_is_refused() -> None:
    deep = b"[" * 10_000 + b"]" * 10_000
    browser = Client(raise_request_exception=False)
    for path in ("/login/", "/lookup/"):
        assert browser.post(path, deep, content_type="application/json").status_code == 422


def test_w11_a_session_lives_through_a_new_key_and_dies_with_the_old_one() -> None:
    old, new = "o" * 60, "n" * 60
    with override_settings(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[]):
        browser, _ = logged_in()
        assert browser.get("/inbox/").status_code == 200
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert browser.get("/inbox/").status_code == 200
        waiting, _ = logged_in()
    with override_settings(SECRET_KEY=new, SECRET_KEY_FALLBACKS=[]):
        assert browser.get("/inbox/").status_code == 200  # it was signed anew when it was used
        assert waiting.get("/inbox/").status_code == 200
    with override_settings(SECRET_KEY="x" * 60, SECRET_KEY_FALLBACKS=[]):
        assert waiting.get("/inbox/").status_code == 302


ABSENT: Final = (
    "/admin/", "/admin/login/", "/.git/", "/.git/HEAD", "/.git/config", "/.env", "/metrics", "/metrics/", "/flower/",
    "/static/", "/static/css/", "/static/../hall/settings.py", "/media/", "/debug/", "/__debug__/", "/gallery/",
    "/manage.py", "/requirements.txt", "/var/secrets.json", "/phpmyadmin/", "/server-status", "/api/", "/swagger.json",
    "/openapi.json", "/graphql", "/.well-known/../.git/HEAD", "/static/%2e%2e/%2e%2e/manage.py", "/silk/", "/celery/",
)  # fmt: skip


@pytest.mark.parametrize("path", [pytest.param(path, id=f"a14-{path}") for path in ABSENT])
def test_a14_what_a_production_site_does_not_have(path: str) -> None:
    response = Client(raise_request_exception=False).get(path)
    assert response.status_code == 404
    text = response.content.decode()
    assert "Traceback" not in text
    assert "urlpatterns" not in text
    assert "Index of" not in text


def test_a14_no_account_exists_before_somebody_makes_one() -> None:
    assert not User.objects.exists()
    assert not settings.DEBUG
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.parametrize("role", [pytest.param(role, id=f"a13-{role}") for role in Role])
def test_a13_the_three_powers_are_separate(role: Role) -> None:
    """等保三级 安全管理中心: who keeps the house sees no case, who audits changes nothing."""
    rights = rights_of(role)
    keeps = {name for name in rights if name in ("accounts.edit", "settings.edit", "organisation.edit")}
    sees = {name for name in rights if name.startswith("cases.view") or name == "unmask"}
    audits = "ledger.read" in rights
    assert not (keeps and sees)
    assert not (keeps and audits)
    assert not audits or all(BY_NAME[name].reads for name in rights)
    assert bool(keeps) == (role == Role.ADMIN)
    assert audits == (role == Role.AUDITOR)


def test_a13_one_account_holds_one_role_and_nobody_gives_oneself_another() -> None:
    hall = Hall()
    assert User._meta.get_field("role").max_length < 20  # one word, no list
    assert len(TABLE) == len(Role)
    desk = Client()
    desk.force_login(hall.admin)
    desk.post(reverse("access:account_role", args=[hall.admin.staff_id]), {"role": "auditor"})
    hall.admin.refresh_from_db()
    assert hall.admin.role == Role.ADMIN


@pytest.mark.parametrize("role", [pytest.param(role, id=f"a13-{role}") for role in (Role.ADMIN, Role.AUDITOR)])
def test_a13_who_keeps_the_house_or_audits_it_acts_on_no_case(role: Role) -> None:
    hall = Hall()
    case = make_case(hall)
    user = next(one for one in hall.everybody() if one.role == role)
    browser = Client()
    browser.force_login(user)
    path = reverse("cases:act", kwargs={"docket": case.docket, "action": "accept"})
    assert browser.post(path, {}).status_code == 403
    assert browser.get(reverse("cases:detail", args=[case.docket])).status_code == (403 if role == Role.ADMIN else 200)
