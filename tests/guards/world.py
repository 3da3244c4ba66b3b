"""A center with one of everything a route can name; two of them know nothing of each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.models import SavedFilter
from approvals.catalogue.actions import keep_file, new_draft
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.files import check_file
from approvals.catalogue.models import ImportBatch, ItemVersion
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.models import OpeningHours
from hall.outbox.models import InboxEntry
from tests.builders import Hall, accepted_case, make_item_version, make_staff, make_user

EVERYBODY: tuple[str, ...] = tuple(role.value for role in Role)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


class Place(Hall):
    """A hall whose every object can be addressed."""

    def __init__(self) -> None:
        super().__init__()
        now = timezone.now()
        self.by_role: dict[str, User] = {user.role: user for user in self.everybody()}
        self.guide_file = keep_file(check_file("申请表.png", PNG))
        self.version = self._version()
        self.case = accepted_case(self, self.version, at=now - timedelta(minutes=5))
        self.document = self.case.documents.get(kind="acceptance")
        self.attachment = actions.attach(self.case, content=PNG, label="图纸", by=self.clerk, at=now)
        self.item = self.version.item
        new_draft(self.item, by=self.chief)
        self.hours = OpeningHours.objects.create(center=self.center, weekday=1, opens="09:00", closes="17:00")
        self.newcomer = make_staff(self.department)  # has no account yet
        self.colleague = make_user(Role.CLERK, make_staff(self.department))
        self.filters: dict[int, int] = {}
        self.messages: dict[int, UUID] = {}
        self.batches: dict[int, UUID] = {}
        for user in self.everybody():
            self._belongings(user)

    def _belongings(self, user: User) -> None:
        """What is one person's alone."""
        now = timezone.now()
        batch = {"name": "清单.csv", "sha256": "0" * 64, "content": b"item_name\n", "uploaded_at": now}
        self.filters[user.pk] = SavedFilter.objects.create(user=user, name="我的", query="/work/?q=x").pk
        self.messages[user.pk] = InboxEntry.objects.create(recipient=user, title="消息", created_at=now).pk
        self.batches[user.pk] = ImportBatch.objects.create(uploaded_by=user, **batch).pk

    def _version(self) -> ItemVersion:
        """Published, with a form to download."""
        version = make_item_version(self.department, publish=False)
        version.materials.update(blank_form=self.guide_file)
        version.status, version.published_at = VersionStatus.PUBLISHED, timezone.now() - timedelta(days=30)
        version.save()
        version.item.current = version
        version.item.save()
        return version


def browser_of(user: User | None, **how: Any) -> Client:
    """A browser somebody is logged in at, or nobody. An error of the server is an answer with status 500."""
    client = Client(raise_request_exception=False, **how)
    if user is not None:
        client.force_login(user)
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
