"""Items, drafts and versions: writing, publishing, taking away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from approvals.catalogue import queries
from approvals.catalogue.actions.saving import defaults, save
from approvals.catalogue.enums import ItemKind, VersionStatus
from approvals.catalogue.errors import CatalogueError, FrozenVersionError, NotPublishableError, StaleDraftError
from approvals.catalogue.files import CheckedFile
from approvals.catalogue.models import PARTS, GuideFile, ItemVersion, Part, PauseGround, Regime, ServiceItem
from approvals.catalogue.publishing import blocking
from hall.access.models import User
from hall.organisation.models import Department

T = TypeVar("T")


@transaction.atomic
def create_item(
    *, code: str, name: str, department: Department, kind: ItemKind | str, by: User | None, **facts: Any
) -> ItemVersion:
    """A new item with its first draft. `facts` are further columns of the version."""
    item = ServiceItem(code=code, name=name, department=department)
    save(item, by=by, reason="新建事项")
    version = ItemVersion(item=item, name=name, kind=kind, **{**defaults(kind), **facts})
    return save(version, by=by, reason="新建事项")


@transaction.atomic
def edit_draft(
    version: ItemVersion,
    *,
    revision: int,
    changes: Mapping[str, Any] | None = None,
    kept: Sequence[Part] = (),
    removed: Sequence[Part] = (),
    by: User | None,
) -> ItemVersion:
    """Change a draft: columns in `changes`, rows new or changed in `kept`, rows taken away in `removed`.

    `revision` is the one the person saw. Rows without a position go to the end, in the order given.
    Raises FrozenVersionError once it is published, StaleDraftError where somebody else saved in between.
    """
    version = _locked_draft(version, revision)
    for name, value in (changes or {}).items():
        setattr(version, name, value)
    _write_parts(version, kept, removed, by)
    version.revision += 1
    save(version, by=by, reason="修改草稿")
    if version.item.current_id is None and version.item.name != version.name:
        version.item.name = version.name
        save(version.item, by=by, reason="修改草稿", fields=["name"])
    return version


def save_parts(
    version: ItemVersion, *, revision: int, kept: Sequence[Part], removed: Sequence[Part] = (), by: User | None
) -> ItemVersion:
    """`edit_draft` for rows alone."""
    return edit_draft(version, revision=revision, kept=kept, removed=removed, by=by)


def _write_parts(version: ItemVersion, kept: Sequence[Part], removed: Sequence[Part], by: User | None) -> None:
    for part in removed:
        # As it is stored: what was typed into a row that is to go was never checked, and history keeps the row.
        stored: Any = type(part)._default_manager.get(pk=part.pk)
        stored._history_user = by
        stored.delete()
    for part in kept:
        part.version = version  # type: ignore[attr-defined]
        if not part.position:
            part.position = _next_position(part, version)
        save(part, by=by, reason="修改草稿")


def _next_position(part: Part, version: ItemVersion) -> int:
    rows: Any = type(part)._default_manager
    last: int | None = rows.filter(version=version).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _locked_draft(version: ItemVersion, revision: int) -> ItemVersion:
    locked = ItemVersion.objects.select_for_update(of=("self",)).select_related("item").get(pk=version.pk)
    if not locked.is_draft:
        raise FrozenVersionError(locked.number)
    if locked.revision != revision:
        raise StaleDraftError
    return locked


@transaction.atomic
def keep_file(checked: CheckedFile) -> GuideFile:
    """Store a checked file once; the same bytes again give the same row."""
    known = GuideFile.objects.filter(sha256=checked.sha256).first()
    if known is not None:
        return known
    row = GuideFile(sha256=checked.sha256, name=checked.name, media_type=checked.media_type, size=len(checked.data))
    row.file.save(f"{checked.sha256}.{checked.name.rsplit('.', 1)[-1]}", ContentFile(checked.data), save=False)
    row.save()
    return row


@transaction.atomic
def publish(version: ItemVersion, *, by: User | None, at: datetime, revision: int | None = None) -> ItemVersion:
    """Make a draft what people rely on; the version before is superseded, open cases keep it.

    Raises NotPublishableError with every finding that blocks, FrozenVersionError, StaleDraftError.
    """
    item = ServiceItem.objects.select_for_update().get(pk=version.item_id)
    version = queries.with_parts(ItemVersion.objects.filter(pk=version.pk)).get()
    if not version.is_draft:
        raise FrozenVersionError(version.number)
    if revision is not None and version.revision != revision:
        raise StaleDraftError
    found = blocking(queries.gate(version, timezone.localdate(at)))
    if found:
        raise NotPublishableError(found)
    _supersede(item, by=by, at=at)
    version.status, version.published_at, version.published_by = VersionStatus.PUBLISHED, at, by
    save(version, by=by, reason="发布")
    item.current, item.name = version, version.name
    save(item, by=by, reason="发布")
    return version


def _supersede(item: ServiceItem, *, by: User | None, at: datetime) -> None:
    old = ItemVersion.objects.filter(item=item, status=VersionStatus.PUBLISHED).first()
    if old is not None:
        old.status, old.superseded_at = VersionStatus.SUPERSEDED, at
        save(old, by=by, reason="被新版替代", fields=["status", "superseded_at"])


@transaction.atomic
def new_draft(item: ServiceItem, *, by: User | None) -> ItemVersion:
    """A draft that starts as a copy of the newest version, with all its parts.

    Raises CatalogueError where a draft already exists.
    """
    item = ServiceItem.objects.select_for_update().get(pk=item.pk)
    latest = item.versions.order_by("-number").first()
    if latest is None or latest.is_draft:
        raise CatalogueError("这个事项已经有一份草稿，请先改完它。")
    draft = _copy(latest, skip=_LIFE)
    draft.number, draft.status, draft.revision = latest.number + 1, VersionStatus.DRAFT, 1
    save(draft, by=by, reason=f"由第 {latest.number} 版新建草稿")
    for model in PARTS:
        rows: Any = model._default_manager
        for part in rows.filter(version=latest):
            copy = _copy(part)
            copy.version = draft
            save(copy, by=by, reason=f"由第 {latest.number} 版新建草稿")
    return draft


_LIFE = frozenset(
    {"published_at", "published_by", "superseded_at", "abolished_at", "abolished_by", "abolish_reason",
     "created_at", "change_note"}
)  # fmt: skip


def _copy(row: T, skip: frozenset[str] = frozenset()) -> T:
    """The same columns in a row not yet saved."""
    model: Any = type(row)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in skip]
    copy: T = model(**{field.attname: getattr(row, field.attname) for field in fields})
    return copy


@transaction.atomic
def discard_draft(version: ItemVersion, *, by: User | None) -> None:
    """Throw a draft away; the version before stays as it is.

    Raises FrozenVersionError for a version that was published, CatalogueError for the only version of an item.
    """
    item = ServiceItem.objects.select_for_update().get(pk=version.item_id)
    version = ItemVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_draft:
        raise FrozenVersionError(version.number)
    if item.versions.count() == 1:
        raise CatalogueError("这是事项唯一的版本，不能丢弃；不再办理的，发布后再取消。")
    version._history_user = by  # type: ignore[attr-defined]
    version.delete()


@transaction.atomic
def abolish(item: ServiceItem, *, reason: str, by: User | None, at: datetime) -> ItemVersion:
    """The item takes no new case from now on; open cases run on under their versions. `reason` names the basis.

    Raises CatalogueError where nothing is published or the basis is not named.
    """
    item = ServiceItem.objects.select_for_update().get(pk=item.pk)
    version = item.current
    if version is None:
        raise CatalogueError("这个事项没有现行版本，不用取消。")
    if not reason.strip():
        raise CatalogueError("请写明取消的依据，例如国务院决定的文号。")
    item.current = None
    save(item, by=by, reason="取消事项", fields=["current"])
    version.status, version.abolished_at, version.abolished_by = VersionStatus.ABOLISHED, at, by
    version.abolish_reason = reason.strip()
    save(version, by=by, reason="取消事项", fields=["status", "abolished_at", "abolished_by", "abolish_reason"])
    return version


@transaction.atomic
def add_regime(*, grounds: Iterable[Mapping[str, Any]] = (), **facts: Any) -> Regime:
    """A further statute or local rule with its numbers, articles and pause grounds; checked before it is saved."""
    regime = Regime(**facts)
    regime.full_clean()
    regime.save()
    for position, ground in enumerate(grounds, start=1):
        row = PauseGround(**{"position": position, **ground}, regime=regime)
        row.full_clean()
        row.save()
    return regime
