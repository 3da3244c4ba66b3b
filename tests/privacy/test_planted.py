"""Two hundred made-up people go through every form of the hall; afterwards nothing that is stored or logged holds a
name, number or address of theirs in clear (P01, P02).

What must be readable by design is named in `KEPT_IN_CLEAR`, with its reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, TestCase
from django.urls import reverse

from approvals.cases.models import Case, Party
from hall.conduct.models import Complaint
from hall.ledger.grants import QUIET
from hall.outbox import actions as outbox
from tests.guards.harvest import FoundForm, encode, harvest
from tests.guards.site import Browsers, read_site
from tests.guards.world import Place, undone
from tests.privacy import evidence
from tests.privacy.people import HOW_MANY, Planted, found_in, people

pytestmark = pytest.mark.django_db
FORM: Final = "application/x-www-form-urlencoded"
# Table -> why somebody's number may stand there in clear.
KEPT_IN_CLEAR: Final = {
    "organisation_staff": "staff are named at their window and in every decision; their number is that of the desk",
    "organisation_historicalstaff": "who changed it, and what it was",
    "organisation_center": "the telephone of a center is published",
    "organisation_historicalcenter": "who changed it, and what it was",
    "organisation_department": "the telephone of a department is published",
    "organisation_historicaldepartment": "who changed it, and what it was",
}
# Filled with what it asks for; all other words with a sentence that names everything.
MEANT: Final = {
    "identity": "identity", "proxy_identity": "identity", "phone": "phone", "proxy_phone": "phone", "contact": "phone",
    "proxy_name": "name", "contact_name": "name", "legal_representative": "name", "address": "address",
}  # fmt: skip


@dataclass
class Hunt:
    """Who was planted where, and what was seen."""

    place: Place
    log: str = ""
    hits: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    forms: int = 0
    filed: int = 0
    answers: set[str] = field(default_factory=set)


def texts_of(form: FoundForm) -> list[str]:
    """Fields words can be typed into."""
    chosen = {"radio", "checkbox", "hidden", "number", "date", "datetime-local", "time"}
    return [name for name in form.different_fields if form.kinds.get(name, "text") not in chosen and _open(form, name)]


def _open(form: FoundForm, name: str) -> bool:
    return form.fields[name] in ("测试", "测试内容", "")


def bodies(form: FoundForm, who: Planted) -> Iterator[str]:
    """As asked for; everything everywhere; and everything in one field, where the others are filled in well."""
    names = texts_of(form)
    meant = {name: getattr(who, MEANT[name]) for name in names if name in MEANT}
    yield encode({**form.fields, **meant})
    yield encode({**form.fields, **dict.fromkeys(names, who.sentence)})
    for name in names:
        yield encode({**form.fields, **meant, name: who.sentence})


EMPTY: Final = ("received_at", "backdate_reason", "summary", "look")


def register(place: Place, browser: Client, who: Planted, proxy: Planted) -> Any:
    """An application at the window, filled in well."""
    path = f"{reverse('cases:register')}?item={place.item.code}"
    (form,) = [f for f in harvest(path, browser.get(path)).forms if "identity" in f.fields]
    facts = {
        "kind": "person", "identity_kind": "resident", "identity": who.identity, "name": who.name, "phone": who.phone,
        "address": who.address, "contact_name": who.name, "by_proxy": "on", "proxy_identity_kind": "resident",
        "proxy_identity": proxy.identity, "proxy_name": proxy.name, "proxy_phone": proxy.phone, "mandate": "递交材料",
        "channel": "window", "confirm_duplicate": "on",
    }  # fmt: skip
    kept = {name: value for name, value in form.fields.items() if name not in EMPTY}
    return browser.post(form.action, encode({**kept, **facts}), content_type=FORM)


def complain(browser: Client, who: Planted) -> Any:
    """A complaint by telephone, written down at the desk."""
    facts = {"channel": "phone", "text": who.sentence, "about": who.name, "contact_name": who.name,
             "contact": who.phone}  # fmt: skip
    return browser.post(reverse("conduct:complaint_new"), encode(facts), content_type=FORM)


def look_up(browser: Client, who: Planted) -> Any:
    """Somebody types what they have instead of a number and a code."""
    return browser.post(reverse("cases:lookup"), encode({"docket": who.identity, "code": who.phone}), content_type=FORM)


@pytest.fixture(scope="module")
def hunt(file_tables: bool) -> Hunt:
    """Everybody is planted once for all tests of this file."""
    place, browsers = Place(), Browsers()
    found = Hunt(place)
    everybody = people()
    with evidence.logs() as log, TestCase.captureOnCommitCallbacks(execute=True):
        _file(found, browsers, everybody)
        _every_form(found, browsers, everybody)
        _failures(found, browsers, everybody)
        outbox.relay(place.case.created_at)
    found.log = log.getvalue()
    return found


def _file(found: Hunt, browsers: Browsers, everybody: list[Planted]) -> None:
    clerk, public = browsers[found.place.clerk], browsers[None]
    for who, proxy in zip(everybody[:100:2], everybody[1:100:2], strict=True):
        found.answers.add(f"register {register(found.place, clerk, who, proxy).status_code}")
    for who in everybody[100:150]:
        found.answers.add(f"complain {complain(browsers[found.place.supervisor], who).status_code}")
    for who in everybody[150:]:
        found.answers.add(f"look up {look_up(public, who).status_code}")
    found.filed = Party.objects.filter(case__center=found.place.center).count()


def _every_form(found: Hunt, browsers: Browsers, everybody: list[Planted]) -> None:
    somebody = cycle(everybody)
    for user, form in read_site(found.place).forms:
        found.forms += 1
        for body in bodies(form, next(somebody)):
            written = evidence.Written(found_in)
            with undone(), connection.execute_wrapper(written):
                b"".join(browsers[user].post(form.action, body, content_type=FORM))  # to its end, if it is a file
            for table, hits in written.hits.items():
                found.hits.setdefault(table, {}).setdefault(form.action, set()).update(hits)


def _failures(found: Hunt, browsers: Browsers, everybody: list[Planted]) -> None:
    """An error of ours in the middle of a filing, whose words and frames hold the applicant."""
    who = everybody[7]

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(who.sentence)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("approvals.cases.actions.register_once", fail)
        answer = register(found.place, browsers[found.place.clerk], who, who)
    found.answers.add(f"failure {answer.status_code} {found_in(answer.content.decode())}")


def test_the_people_were_planted(hunt: Hunt) -> None:
    """The tests below say nothing of what was not sent."""
    assert len({one.identity for one in people()}) == len({one.name for one in people()}) == HOW_MANY
    assert {"register 302", "complain 200", "failure 500 set()"} <= hunt.answers
    assert hunt.forms > 120
    assert hunt.filed >= 100
    assert Complaint.objects.count() >= 50
    assert people()[0].identity in {party.identity for party in Party.objects.filter(case__center=hunt.place.center)}


def test_p01_no_form_writes_somebody_in_clear(hunt: Hunt) -> None:
    hits = {table: forms for table, forms in hunt.hits.items() if table not in KEPT_IN_CLEAR}
    assert not hits


def test_p01_a_dump_of_the_database_names_nobody(hunt: Hunt) -> None:
    hits = {name: found for name, text in evidence.tables().items() if (found := found_in(text))}
    assert not hits


def test_p01_sessions_redis_and_files_name_nobody(hunt: Hunt) -> None:
    assert not found_in(evidence.sessions())
    assert not found_in(evidence.redis_keys())
    assert not {path: found for path, text in evidence.files().items() if (found := found_in(text))}


def test_p02_no_line_of_any_log_names_anybody(hunt: Hunt) -> None:
    assert "RuntimeError" in hunt.log  # the failure was logged
    assert not found_in(hunt.log)


def test_the_hunt_sees_somebody_in_clear(hunt: Hunt) -> None:
    """A test that cannot fail is no test."""
    who = people()[3]
    with undone():
        Case.objects.filter(pk=hunt.place.case.pk).update(summary=who.sentence)
        seen = found_in(evidence.tables()["public.cases_case"])
    assert seen == {who.name, who.identity[:17], who.phone, who.address[10:]}


def test_p02_the_servers_own_log_names_nobody(hunt: Hunt) -> None:
    """A duplicate, a broken check, a value too long: the server notes what happened, without the values."""
    log = evidence.server_log()
    if log is None:
        pytest.skip("the server's log is no file of this machine")
    begin, who = log.stat().st_size, people()[5]
    again = f"INSERT INTO cases_party SELECT * FROM cases_party LIMIT 1 -- {who.sentence}"
    whole = f"INSERT INTO ledger_counter (series, last) VALUES ('{who.name}', 1), ('{who.name}', 2)"
    check = f"UPDATE cases_party SET role = 'proxy', mandate = '', name_index = '{who.phone}' WHERE role = 'applicant'"
    long = f"UPDATE cases_party SET name_index = repeat('{who.sentence}', 5)"
    with undone(), connection.cursor() as cursor:
        for setting, value in QUIET.items():  # our own server is started with them; app_grants tells a foreign one
            cursor.execute(f"SET LOCAL {setting} = {value}")
        for sql in (again, whole, check, long):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(sql)
    noted = log.read_bytes()[begin:].decode("utf-8", "replace")
    assert "duplicate key value" in noted
    assert not found_in(noted)
