"""The verbs of the catalogue: what they write, and what they refuse."""

from datetime import date

import pytest
from django.utils import timezone

from approvals.catalogue import actions, queries
from approvals.catalogue.enums import ItemKind, MaterialNeed, VersionStatus
from approvals.catalogue.errors import CatalogueError, FrozenVersionError, NotPublishableError, StaleDraftError
from approvals.catalogue.files import check_file
from approvals.catalogue.models import GuideFile, ItemVersion, Material, PauseGround, ServiceItem
from hall.access.enums import Role
from hall.access.models import User
from tests import builders
from tests.approvals.catalogue.builders import PDF, make_draft

pytestmark = pytest.mark.django_db
AT = builders.moment("2026-04-13 10:00")
LATER = builders.moment("2026-06-01 09:00")


@pytest.fixture
def chief() -> User:
    return builders.make_user(Role.CHIEF)


def published(chief: User) -> ItemVersion:
    return actions.publish(make_draft(), by=chief, at=AT)


def test_a_new_permit_starts_as_a_draft_under_the_licensing_law(chief: User) -> None:
    department = builders.make_department(chief.staff.center if chief.staff else None, "某局")
    version = actions.create_item(code="A1", name="某许可", department=department, kind=ItemKind.PERMIT, by=chief)
    assert (version.status, version.number) == (VersionStatus.DRAFT, 1)
    assert version.regime is not None
    assert version.regime.code == "licensing-law"
    assert not version.item.takes_cases


def test_other_kinds_start_without_a_regime() -> None:
    department = builders.make_department()
    version = actions.create_item(
        code="A1", name="某服务", department=department, kind=ItemKind.PUBLIC_SERVICE, by=None
    )
    assert version.regime is None


def test_publishing_makes_a_version_current_and_names_who(chief: User) -> None:
    version = published(chief)
    item = ServiceItem.objects.get()
    assert item.current == version
    assert (version.status, version.published_at, version.published_by) == (VersionStatus.PUBLISHED, AT, chief)
    newest = ItemVersion.history.first()
    assert newest is not None
    assert (newest.history_user, newest.history_change_reason) == (chief, "发布")


def test_the_gate_keeps_an_incomplete_version_a_draft(chief: User) -> None:
    draft = make_draft(is_free=False)
    with pytest.raises(NotPublishableError) as caught:
        actions.publish(draft, by=chief, at=AT)
    assert [finding.code for finding in caught.value.findings] == ["missing_fees"]
    draft.refresh_from_db()
    assert draft.is_draft
    assert not ServiceItem.objects.get().takes_cases


def test_the_gate_compares_by_the_calendar_of_the_region(chief: User) -> None:
    draft = make_draft(promise_count=14, statute_count=20, statute_unit="day", statute_note="某条例另有规定")
    with pytest.raises(NotPublishableError, match="暂不能发布") as caught:
        actions.publish(draft, by=chief, at=AT)
    assert "会晚于法定" in caught.value.findings[0].sentence


def test_advice_does_not_stop_publication(chief: User) -> None:
    assert actions.publish(make_draft(phone="", place=""), by=chief, at=AT).status == VersionStatus.PUBLISHED


def test_publishing_twice_is_refused(chief: User) -> None:
    version = published(chief)
    with pytest.raises(FrozenVersionError):
        actions.publish(version, by=chief, at=AT)


def test_a_new_version_supersedes_the_old_one_and_cases_keep_theirs(chief: User) -> None:
    old = published(chief)
    draft = actions.new_draft(old.item, by=chief)
    new = actions.publish(draft, by=chief, at=LATER)
    old.refresh_from_db()
    assert (old.status, old.superseded_at) == (VersionStatus.SUPERSEDED, LATER)
    assert ServiceItem.objects.get().current == new
    assert [part.name for part in old.materials.all()] == [part.name for part in new.materials.all()]


def test_a_new_draft_copies_words_and_parts_but_not_its_life(chief: User) -> None:
    draft = actions.new_draft(published(chief).item, by=chief)
    assert (draft.number, draft.status, draft.published_at, draft.published_by) == (2, "draft", None, None)
    counts = [getattr(draft, name).count() for name in queries.PART_NAMES]
    assert counts == [1, 1, 2, 2, 0]


def test_changing_the_copy_leaves_the_published_parts_alone(chief: User) -> None:
    old = published(chief)
    draft = actions.new_draft(old.item, by=chief)
    material = draft.materials.get(position=1)
    material.name = "新申请书"
    actions.save_parts(draft, revision=draft.revision, kept=[material], by=chief)
    assert old.materials.get(position=1).name == "食品经营许可申请书"


def test_a_second_draft_is_refused(chief: User) -> None:
    item = published(chief).item
    actions.new_draft(item, by=chief)
    with pytest.raises(CatalogueError, match="已经有一份草稿"):
        actions.new_draft(item, by=chief)


def test_an_abolished_item_may_come_back_with_a_new_draft(chief: User) -> None:
    version = published(chief)
    actions.abolish(version.item, reason="国发〔2026〕1号", by=chief, at=AT)
    draft = actions.new_draft(version.item, by=chief)
    actions.publish(draft, by=chief, at=LATER)
    assert ServiceItem.objects.get().takes_cases


def test_editing_a_draft_renames_an_item_never_published(chief: User) -> None:
    draft = make_draft()
    edited = actions.edit_draft(draft, revision=1, changes={"name": "小餐饮登记"}, by=chief)
    item = ServiceItem.objects.get()
    assert (edited.revision, item.name, item.initials) == (2, "小餐饮登记", "xcydj")


def test_editing_the_draft_of_a_published_item_leaves_its_public_name(chief: User) -> None:
    version = published(chief)
    draft = actions.new_draft(version.item, by=chief)
    actions.edit_draft(draft, revision=1, changes={"name": "新名字"}, by=chief)
    assert ServiceItem.objects.get().name == version.name
    draft.refresh_from_db()
    actions.publish(draft, by=chief, at=LATER)
    assert ServiceItem.objects.get().name == "新名字"


def test_two_people_editing_do_not_overwrite_each_other(chief: User) -> None:
    draft = make_draft()
    actions.edit_draft(draft, revision=1, changes={"summary": "甲"}, by=chief)
    with pytest.raises(StaleDraftError, match="被别人改过"):
        actions.edit_draft(draft, revision=1, changes={"summary": "乙"}, by=chief)
    draft.refresh_from_db()
    assert draft.summary == "甲"


def test_publishing_what_changed_since_one_looked_is_refused(chief: User) -> None:
    draft = make_draft()
    actions.edit_draft(draft, revision=1, changes={"summary": "甲"}, by=chief)
    with pytest.raises(StaleDraftError):
        actions.publish(draft, revision=1, by=chief, at=AT)


def test_a_published_version_cannot_be_edited(chief: User) -> None:
    version = published(chief)
    with pytest.raises(FrozenVersionError):
        actions.edit_draft(version, revision=version.revision, changes={"summary": "甲"}, by=chief)
    with pytest.raises(FrozenVersionError):
        actions.save_parts(version, revision=version.revision, kept=[Material(name="甲")], by=chief)


def test_parts_are_added_at_the_end_and_removed(chief: User) -> None:
    draft = make_draft()
    gone = draft.materials.get(position=1)
    new = [Material(name="健康证"), Material(name="平面图", need=MaterialNeed.REQUIRED)]
    actions.save_parts(draft, revision=1, kept=new, removed=[gone], by=chief)
    names = [(material.position, material.name) for material in draft.materials.all()]
    assert names == [(2, "营业执照复印件"), (3, "健康证"), (4, "平面图")]


def test_a_draft_of_a_published_item_may_be_discarded(chief: User) -> None:
    version = published(chief)
    actions.discard_draft(actions.new_draft(version.item, by=chief), by=chief)
    assert [v.number for v in version.item.versions.all()] == [1]


def test_the_only_version_is_not_discarded(chief: User) -> None:
    with pytest.raises(CatalogueError, match="唯一的版本"):
        actions.discard_draft(make_draft(), by=chief)


def test_a_published_version_is_not_discarded(chief: User) -> None:
    with pytest.raises(FrozenVersionError):
        actions.discard_draft(published(chief), by=chief)


def test_an_abolished_item_takes_no_case_and_says_why(chief: User) -> None:
    version = actions.abolish(published(chief).item, reason=" 国发〔2026〕1号 ", by=chief, at=LATER)
    assert (version.status, version.abolish_reason) == (VersionStatus.ABOLISHED, "国发〔2026〕1号")
    assert (version.abolished_at, version.abolished_by) == (LATER, chief)
    assert not ServiceItem.objects.get().takes_cases


def test_abolishing_needs_a_basis_and_a_published_version(chief: User) -> None:
    version = published(chief)
    with pytest.raises(CatalogueError, match="依据"):
        actions.abolish(version.item, reason="  ", by=chief, at=AT)
    actions.abolish(version.item, reason="国发〔2026〕1号", by=chief, at=AT)
    with pytest.raises(CatalogueError, match="没有现行版本"):
        actions.abolish(version.item, reason="国发〔2026〕1号", by=chief, at=AT)


def test_the_same_file_is_kept_once() -> None:
    first = actions.keep_file(check_file("申请书.pdf", PDF))
    second = actions.keep_file(check_file("另一个名字.pdf", PDF))
    assert first == second
    assert GuideFile.objects.count() == 1
    with first.file.open() as stored:
        assert stored.read() == PDF


def test_a_regime_of_its_own_statute_can_be_added() -> None:
    regime = actions.add_regime(
        code="registration",
        name="不动产登记暂行条例",
        statute="《不动产登记暂行条例》",
        effective_from=date(2015, 3, 1),
        source="国务院令第656号",
        decision_limit_count=30,
        decision_limit_unit="workday",
        decision_article="第二十条",
        grounds=[{"code": "notice", "name": "公告"}, {"code": "survey", "name": "实地查看"}],
    )
    assert str(regime.decision_limit) == "30 个工作日"
    positions = PauseGround.objects.filter(regime=regime).values_list("position", "stops_statute")
    assert list(positions) == [(1, False), (2, False)]


def test_local_day_decides_whether_a_regime_is_in_force(chief: User) -> None:
    draft = make_draft()
    regime = draft.regime
    assert regime is not None
    regime.effective_until = date(2026, 4, 13)
    regime.save()
    # 2026-04-13 16:30 UTC is already the 14th in Beijing.
    night = timezone.make_aware(timezone.datetime(2026, 4, 14, 0, 30))
    with pytest.raises(NotPublishableError) as caught:
        actions.publish(draft, by=chief, at=night)
    assert caught.value.findings[0].code == "regime_not_in_force"
