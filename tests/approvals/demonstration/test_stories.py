"""The table of stories: every line can be played, and the table covers what a hall sees."""

import pytest

from approvals.cases.enums import CaseState
from approvals.cases.models import Case, DeferredMaterial, Extension, HearingNotice, Inspection, Pause, SupplementNotice
from approvals.demonstration import items
from approvals.demonstration.acts import ACTS
from approvals.demonstration.cases import picked
from approvals.demonstration.loading import Loaded
from approvals.demonstration.stories import ACCEPT, STORIES, Story, granted
from hall.organisation.models import Department

ACCEPTING = {"accept", "promise", "supplement", "deem"}
NEEDS_ACCEPTANCE = {"grant", "deny", "pause", "extend", "hearing", "inspect", "work"}


def title(story: Story) -> str:
    return story.title


@pytest.mark.parametrize("story", STORIES, ids=title)
def test_acts_are_known(story: Story) -> None:
    assert {step.act for step in story.steps} <= set(ACTS) | {"work"}


@pytest.mark.parametrize("story", STORIES, ids=title)
def test_nothing_is_decided_before_it_is_accepted(story: Story) -> None:
    accepted = False
    for step in story.steps:
        accepted = accepted or step.act in ACCEPTING
        assert accepted or step.act not in NEEDS_ACCEPTANCE


@pytest.mark.parametrize("story", STORIES, ids=title)
def test_filing_days_are_a_range(story: Story) -> None:
    assert story.filed.low <= story.filed.high
    assert 0 <= story.filed.share <= 2


@pytest.mark.parametrize("story", [s for s in STORIES if s.materials == "missing"], ids=title)
def test_what_is_missing_is_told_or_still_unseen(story: Story) -> None:
    assert not story.steps or story.steps[0].act in {"notify", "deem"}


@pytest.mark.parametrize("story", [s for s in STORIES if s.materials == "deferred"], ids=title)
def test_what_is_deferred_is_promised(story: Story) -> None:
    assert story.steps[0].act == "promise"


def test_most_cases_are_neither_late_nor_ended_badly() -> None:
    late = sum(story.count for story in STORIES if story.title.startswith(("超", "送达逾期")))
    assert late < sum(story.count for story in STORIES) / 20


def test_granted_is_accepted_decided_and_handed_over() -> None:
    accept, grant, deliver = granted(0.6)
    assert accept is ACCEPT
    assert (grant.act, grant.share, grant.after) == ("grant", 0.6, 0)
    assert (deliver.act, deliver.share, deliver.after) == ("deliver", 0.6, 1)


def test_late_grants_are_handed_over_later_still() -> None:
    _, grant, post = granted(1.0, then="post", later=3, late=2)
    assert (grant.after, post.act, post.after) == (2, "post", 5)


@pytest.mark.django_db
@pytest.mark.parametrize("pick", sorted({story.pick for story in STORIES}))
def test_there_are_several_items_for_every_story(loaded: Loaded, pick: str) -> None:
    approval = Department.objects.get(name="海港区行政审批局").pk
    found = [version for version in items.published().values() if picked(version, pick, approval=approval)]
    assert len(found) >= 2


@pytest.mark.django_db
def test_pauses_are_open_ended_and_resumed(loaded: Loaded) -> None:
    assert Pause.objects.filter(end_on=None).exists()
    assert Pause.objects.exclude(end_on=None).exists()
    assert not Pause.objects.filter(document_no="").exists()


@pytest.mark.django_db
def test_an_extension_is_approved_by_the_head_of_the_organ(loaded: Loaded) -> None:
    extension = Extension.objects.get()
    assert extension.approved_by.staff == extension.case.department.head


@pytest.mark.django_db
def test_a_second_notice_has_its_reason(loaded: Loaded) -> None:
    second = SupplementNotice.objects.get(sequence=2)
    assert second.reason
    assert second.case.state == CaseState.SUPPLEMENTING


@pytest.mark.django_db
def test_promised_materials_are_owed_and_filled(loaded: Loaded) -> None:
    assert DeferredMaterial.objects.filter(received_at=None).exists()
    assert DeferredMaterial.objects.exclude(received_at=None).exists()


@pytest.mark.django_db
def test_checks_on_site_are_made_by_two(loaded: Loaded) -> None:
    check = Inspection.objects.get()
    assert check.first_officer != check.second_officer


@pytest.mark.django_db
def test_hearings_are_told(loaded: Loaded) -> None:
    assert HearingNotice.objects.get().apply_by is not None


@pytest.mark.django_db
def test_a_deemed_acceptance_goes_back_to_the_day_of_receipt(loaded: Loaded) -> None:
    case = Case.objects.get(deemed_accepted=True)
    assert case.accepted_at == case.received_at


@pytest.mark.django_db
def test_who_accepted_did_not_decide(loaded: Loaded) -> None:
    decided = Case.objects.filter(decided_by__isnull=False, accepted_by__isnull=False)
    assert decided.exists()
    assert not any(case.accepted_by == case.decided_by for case in decided)


@pytest.mark.django_db
def test_proxies_carry_a_mandate(loaded: Loaded) -> None:
    proxies = [party for case in Case.objects.all() for party in case.parties.filter(role="proxy")]
    assert proxies
    assert all(proxy.mandate for proxy in proxies)


@pytest.mark.django_db
def test_handed_over_cases_keep_their_first_handler(loaded: Loaded) -> None:
    case = Case.objects.filter(handovers__isnull=False).first()
    assert case is not None
    assert case.first_handler != case.handler
