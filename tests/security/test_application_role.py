"""What the hall does by itself it does as the application: no right is missing, and none is there too much (C10).

Every task of the schedule runs here with work to do, on the tables and rights of a real migration.
"""

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from approvals.cases import actions as cases
from approvals.cases.models import Party
from hall.access import health
from hall.access.models import User
from hall.ledger import actions as ledger
from hall.ledger import grants
from hall.ledger.models import Event, IdempotencyKey, Seal
from hall.ledger.restored_actions import skip_ids
from hall.retention.clock import anniversary
from hall.workdays import trial_actions
from hall.workdays.actions import import_notice
from tests.builders import MONDAY, Hall, accepted_case
from tests.hall.evaluation.builders import given, invited
from tests.hall.ledger.builders import behind_the_triggers
from tests.hall.workdays.builders import HEAD

pytestmark = pytest.mark.django_db
SCHEDULE: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE


@pytest.fixture
def busy(hall: Hall) -> Hall:
    """Something to do for every task: a late case, one whose years are over, an old answer, an old key, two notices."""
    accepted_case(hall, at=MONDAY)
    old = accepted_case(hall, at=MONDAY)
    cases.withdraw(old, reason="申请人要求", by=hall.clerk, at=MONDAY, seen=old.version)
    given(invited(hall), text="很好", anonymous=False)
    IdempotencyKey.objects.create(key=uuid4(), user=hall.clerk, body_digest="d", created_at=MONDAY)
    import_notice(text=f"{HEAD}2026-05-06,off,临时,测试〔2026〕1号\n", by=hall.admin, at=MONDAY)
    plain = dict.fromkeys(("title", "url", "region", "region_name"), "")
    trial_actions.ask(text=f"{HEAD}2026-05-07,off,临时,测试〔2026〕2号\n", **plain, by=hall.admin, at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    long_ago = anniversary(timezone.localdate() - timedelta(days=2), -30)
    with behind_the_triggers("cases_case") as cursor:
        cursor.execute("UPDATE cases_case SET closed_at = %s WHERE id = %s", [f"{long_ago} 10:00+08", old.pk])
    return hall


@pytest.fixture
def application(busy: Hall) -> Iterator[Hall]:
    """The rest of the test runs as the application's role; the role goes with the test's transaction."""
    role = f"serves_{connection.settings_dict['NAME']}"  # roles are the server's: no two test databases share one
    grants.install(role)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        yield busy
        cursor.execute("RESET ROLE")


@pytest.mark.parametrize("name", sorted(SCHEDULE))
def test_c10_every_task_of_the_schedule_has_the_rights_it_needs(application: Hall, name: str) -> None:
    module, _, task = SCHEDULE[name]["task"].rpartition(".")
    getattr(import_module(module), task)()


def test_c10_what_is_over_is_erased_by_the_application_and_the_ledger_stays(application: Hall) -> None:
    events = Event.objects.count()
    getattr(import_module("hall.retention.tasks"), "erase")()  # noqa: B009 - as the schedule names it
    assert Party.objects.filter(identity_index="").count() == 1
    assert Event.objects.count() > events


def test_c10_what_happened_is_sealed_by_the_application(application: Hall) -> None:
    getattr(import_module("hall.ledger.tasks"), "seal")()  # noqa: B009 - as the schedule names it
    assert Seal.objects.exists()


def test_c10_old_keys_are_purged_by_the_application(application: Hall) -> None:
    ledger.purge(timezone.now())
    assert not IdempotencyKey.objects.exists()


def test_c10_the_health_page_says_which_role_it_is(busy: Hall, request: pytest.FixtureRequest) -> None:
    assert not health.role_sign().well
    request.getfixturevalue("application")
    assert health.role_sign().well


@pytest.mark.parametrize("path", ["/work/", "/work/cases/", "/lookup/", "/health/"])
def test_c10_pages_are_read_by_the_application(application: Hall, client: Any, path: str) -> None:
    user: User = application.supervisor
    client.force_login(user)
    assert client.get(path).status_code in (200, 302)


def test_c10_to_settle_in_after_a_restore_takes_the_owner(application: Hall) -> None:
    """Ids are moved on beyond what may have been given out: the application draws them and moves none."""
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        skip_ids()
