"""Two people at once: one wins, the other is told, and nothing is there twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from approvals.catalogue import actions
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.errors import CatalogueError
from approvals.catalogue.models import ItemVersion, ServiceItem
from hall.organisation.models import Department
from tests import builders
from tests.approvals.catalogue.builders import line, make_draft, table_of

pytestmark = pytest.mark.django_db(transaction=True)
AT = builders.moment("2026-04-10 10:00")


@pytest.fixture(autouse=True)
def regimes() -> None:
    """Transactional tests empty every table, seeded ones too."""
    import_module("approvals.catalogue.migrations.0003_seed_regimes").seed(apps, None)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run all verbs in the same moment, each on its own connection; a refusal is returned, not raised."""
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return verb()
        except CatalogueError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return [future.result() for future in [pool.submit(run, verb) for verb in verbs]]


def refusals(answers: list[Any]) -> int:
    return sum(isinstance(answer, CatalogueError) for answer in answers)


def test_a_draft_is_published_once() -> None:
    draft = make_draft()
    answers = at_once(*[lambda: actions.publish(draft, by=None, at=AT)] * 3)
    assert refusals(answers) == 2
    assert ItemVersion.objects.filter(status=VersionStatus.PUBLISHED).count() == 1


def test_two_new_drafts_of_one_item_are_one() -> None:
    item = actions.publish(make_draft(), by=None, at=AT).item
    answers = at_once(*[lambda: actions.new_draft(item, by=None)] * 3)
    assert refusals(answers) == 2
    assert sorted(item.versions.values_list("number", flat=True)) == [1, 2]


def test_two_editors_of_one_revision_do_not_both_save() -> None:
    draft = make_draft()
    answers = at_once(
        lambda: actions.edit_draft(draft, revision=1, changes={"summary": "甲"}, by=None),
        lambda: actions.edit_draft(draft, revision=1, changes={"summary": "乙"}, by=None),
    )
    assert refusals(answers) == 1
    draft.refresh_from_db()
    assert draft.revision == 2


def test_an_item_is_abolished_once() -> None:
    item = actions.publish(make_draft(), by=None, at=AT).item
    answers = at_once(*[lambda: actions.abolish(item, reason="国发〔2026〕1号", by=None, at=AT)] * 2)
    assert refusals(answers) == 1


def test_a_list_imported_twice_at_once_is_there_once() -> None:
    table = table_of(line(), line(item_code="2"))
    answers = at_once(*[lambda: actions.import_items(table, by=None)] * 2)
    assert sorted(len(answer.new) for answer in answers) == [0, 2]
    assert (ServiceItem.objects.count(), Department.objects.count()) == (2, 1)


def test_a_publication_that_fails_halfway_leaves_the_old_version_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    old = actions.publish(make_draft(), by=None, at=AT)
    draft = actions.new_draft(old.item, by=None)

    def broken(self: ServiceItem, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(ServiceItem, "save", broken)
    with pytest.raises(RuntimeError):
        actions.publish(draft, by=None, at=AT)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.status, draft.status) == (VersionStatus.PUBLISHED, VersionStatus.DRAFT)
    assert ServiceItem.objects.get().current == old
