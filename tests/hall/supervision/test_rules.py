"""Versions of rules: drafted from the template, tried, switched on, replaced, switched off."""

from datetime import date

import pytest

from hall.access.models import User
from hall.facts import parameters, sources
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.supervision.actions import rules as actions
from hall.supervision.enums import Colour, VersionStatus
from hall.supervision.models import RuleVersion, SuperviseRule
from tests.builders import Hall, make_center, make_staff, make_user
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    announced,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)

SEEDED = {
    "due_soon": "signal", "over_promise": "yellow", "over_statute": "red", "step_late": "yellow", "no_reason": "yellow",
    "second_notice": "yellow", "deemed_accepted": "red", "late_delivery": "red", "fee_above_minimum": "red",
    "pause_without_notice": "yellow", "backdated": "yellow", "mass_closure": "yellow", "outside_hall": "yellow",
    "feedback_late": "red", "patrol_late": "red",
}  # fmt: skip


@pytest.mark.django_db
def test_the_rules_of_the_house_ship_as_templates_with_their_basis() -> None:
    templates = RuleVersion.objects.filter(status=VersionStatus.TEMPLATE).select_related("rule")
    assert {version.rule.code: version.colour for version in templates} == SEEDED
    assert all(version.basis and version.feedback_days == 5 for version in templates)
    assert not RuleVersion.objects.exclude(status=VersionStatus.TEMPLATE).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value"),
    [("feedback_days", 5), ("appeal_days", 5), ("objection_days", 5), ("ground_days", 400)],
)
def test_the_numbers_of_due_process_are_seeded_and_announced(key: str, value: int) -> None:
    name = f"supervision.{key}"
    assert parameters.whole_number(name, center=None, on=date(2026, 5, 13)) == value
    assert name in {declared.name for declared in parameters.declared()}


@pytest.mark.usefixtures("source")
class TestDrafting:
    def test_a_draft_begins_with_the_words_of_the_template(self, hall: Hall) -> None:
        draft = actions.draft(make_rule(), by=hall.supervisor, at=NOW)
        assert (draft.number, draft.center, draft.status) == (2, hall.center, VersionStatus.DRAFT)
        assert (draft.colour, draft.basis) == ("yellow", "测试办法第一条")

    def test_a_second_draft_is_the_first_one(self, hall: Hall) -> None:
        rule = make_rule()
        first = actions.draft(rule, by=hall.supervisor, at=NOW)
        assert actions.draft(rule, by=second_supervisor(hall), at=NOW) == first

    def test_every_center_has_drafts_of_its_own(self, hall: Hall) -> None:
        rule = make_rule()
        mine = actions.draft(rule, by=hall.supervisor, at=NOW)
        theirs = actions.draft(rule, by=Hall().supervisor, at=NOW)
        assert (mine.number, theirs.number) == (2, 3)

    def test_the_next_draft_begins_with_what_is_on(self, hall: Hall) -> None:
        on = switched_on(hall, colour=Colour.RED)
        assert actions.draft(on.rule, by=hall.supervisor, at=NOW).colour == Colour.RED

    @pytest.mark.parametrize("role", ["clerk", "approver", "chief", "admin", "auditor"])
    def test_nobody_else_drafts(self, hall: Hall, role: str) -> None:
        with pytest.raises(NotPermitted):
            actions.draft(make_rule(), by=getattr(hall, role), at=NOW)

    def test_an_account_of_no_person_keeps_the_rules_that_hold_everywhere(self, hall: Hall) -> None:
        keeper = User.objects.create_user("keeper", None, role="supervisor")
        draft = make_draft(make_rule(), keeper)
        assert draft.center is None
        tried(draft, keeper)
        on = actions.switch_on(draft, applies_from=date(2026, 5, 14), by=keeper, at=NOW)
        assert on.status == VersionStatus.ON

    @pytest.mark.parametrize("days", [0, 31])
    def test_a_threshold_stays_within_its_bounds(self, hall: Hall, days: int) -> None:
        with pytest.raises(Refused, match="1 到 30 天") as caught:
            make_draft(make_rule(), hall.supervisor, days=days)
        assert caught.value.field == "option_days"

    def test_a_draft_is_thrown_away_with_its_trials(self, hall: Hall) -> None:
        draft = make_draft(make_rule(), hall.supervisor)
        tried(draft, hall.supervisor)
        actions.discard(draft, by=hall.supervisor, at=NOW)
        assert not RuleVersion.objects.filter(pk=draft.pk).exists()
        with pytest.raises(Refused, match="已被删去"):
            actions.discard(draft, by=hall.supervisor, at=NOW)


@pytest.mark.usefixtures("source")
class TestSwitching:
    def on(self, version: RuleVersion, hall: Hall, since: date = date(2026, 5, 14)) -> RuleVersion:
        return actions.switch_on(version, applies_from=since, by=hall.supervisor, at=NOW)

    def test_what_was_not_tried_is_not_switched_on(self, hall: Hall) -> None:
        with pytest.raises(Refused, match="试算"):
            self.on(make_draft(make_rule(), hall.supervisor), hall)

    def test_what_was_changed_after_its_trial_is_tried_again(self, hall: Hall) -> None:
        draft = make_draft(make_rule(), hall.supervisor, days=3)
        tried(draft, hall.supervisor)
        changed = make_draft(draft.rule, hall.supervisor, days=4)
        with pytest.raises(Refused, match="重新试算"):
            self.on(changed, hall)
        tried(changed, hall.supervisor)
        assert self.on(changed, hall).status == VersionStatus.ON

    def test_who_switched_it_on_and_from_when_stands_in_the_ledger(self, hall: Hall) -> None:
        draft = make_draft(make_rule(), hall.supervisor)
        tried(draft, hall.supervisor)
        on = self.on(draft, hall)
        assert (on.enabled_by, on.enabled_at) == (hall.supervisor, NOW)
        event = Event.objects.get(kind="supervision.rule_on")
        assert event.data == {"rule": on.rule.name, "number": on.number, "applies_from": "2026-05-14"}

    def test_a_template_is_never_switched_on(self, hall: Hall) -> None:
        template = make_rule().versions.get()
        with pytest.raises(NotPermitted):
            self.on(template, hall)

    def test_a_source_nobody_announces_is_not_switched_on(self, hall: Hall) -> None:
        with announced(Facts(code="test.gone")):
            draft = make_draft(make_rule("gone", "test.gone"), hall.supervisor)
            tried(draft, hall.supervisor)
        with pytest.raises(Refused, match="还没有接入"):
            self.on(draft, hall)

    def test_the_new_version_replaces_the_one_that_was_on_from_its_day(self, hall: Hall) -> None:
        old = switched_on(hall)
        draft = make_draft(old.rule, hall.supervisor)
        tried(draft, hall.supervisor)
        self.on(draft, hall)
        old.refresh_from_db()
        assert (old.status, old.applies_until) == (VersionStatus.SUPERSEDED, date(2026, 5, 14))

    def test_a_new_version_does_not_begin_before_the_one_it_replaces(self, hall: Hall) -> None:
        old = switched_on(hall)
        draft = make_draft(old.rule, hall.supervisor)
        tried(draft, hall.supervisor)
        with pytest.raises(Refused) as caught:
            self.on(draft, hall, date(2026, 4, 30))
        assert caught.value.field == "applies_from"

    @pytest.mark.parametrize("since", [date(1, 1, 1), date(2025, 4, 7), date(9999, 12, 31)])
    def test_a_rule_reaches_no_further_back_than_its_grounds_are_reviewed(self, hall: Hall, since: date) -> None:
        draft = make_draft(make_rule(), hall.supervisor)
        tried(draft, hall.supervisor)
        with pytest.raises(Refused, match="400 天以内") as caught:
            self.on(draft, hall, since)
        assert caught.value.field == "applies_from"

    def test_a_version_is_switched_off_once(self, hall: Hall) -> None:
        version = switched_on(hall)
        assert actions.switch_off(version, by=hall.supervisor, at=NOW).status == VersionStatus.OFF
        with pytest.raises(Refused, match="没有启用"):
            actions.switch_off(version, by=hall.supervisor, at=NOW)

    def test_what_is_on_is_not_edited(self, hall: Hall) -> None:
        version = switched_on(hall)
        wording = actions.Wording("red", 5, "x", "x", "x", {})
        with pytest.raises(Refused, match="请起草新的版本"):
            actions.save_draft(version, wording, by=hall.supervisor, at=NOW)

    def test_another_center_neither_edits_nor_stops_it(self, hall: Hall) -> None:
        version, stranger = switched_on(hall), Hall().supervisor
        with pytest.raises(NotPermitted):
            actions.switch_off(version, by=stranger, at=NOW)
        below = make_user("supervisor", make_staff(center=make_center("乡镇", parent=hall.center)))
        with pytest.raises(NotPermitted):
            actions.switch_off(version, by=below, at=NOW)


@pytest.mark.django_db
def test_every_seeded_rule_names_a_source_of_the_house() -> None:
    """Those of rooms that are there; the others are said to be missing where they are shown."""
    own = set(SuperviseRule.objects.filter(source__startswith="supervision.").values_list("source", flat=True))
    assert own
    assert all(sources.known(code) for code in own)
