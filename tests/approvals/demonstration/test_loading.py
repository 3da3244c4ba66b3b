"""The demonstration as a whole: loaded once, complete, the same again, and never beside real accounts."""

import gc
import stat
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.cases.actions.lateness import sweep
from approvals.cases.enums import CaseState, PartyRole
from approvals.cases.models import Case, Flag, OfficialDocument, Party
from approvals.catalogue.models import GuideFile, ItemVersion, ServiceItem
from approvals.demonstration import content, loading
from approvals.demonstration.acts import ACTS
from approvals.demonstration.applicants import MARK
from approvals.demonstration.loading import Loaded, in_one_piece, keep_password
from approvals.demonstration.organisation import LOGINS
from approvals.demonstration.stories import STORIES
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger.models import Event
from hall.organisation.models import Center, Department, Installation, Staff
from hall.privacy.identity import check_identity
from tests.approvals.demonstration.conftest import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def test_it_says_what_it_made(loaded: Loaded) -> None:
    assert loaded.fresh
    assert loaded.items == len(list(content.items()))
    assert loaded.cases == len(STORIES)


def test_the_installation_is_marked(loaded: Loaded) -> None:
    assert Installation.objects.get().demonstration


def test_the_center_has_number_and_hours(loaded: Loaded) -> None:
    center = Center.objects.get(region_id="130302000000")
    assert (center.center_no, center.level) == ("0012", "county")
    assert center.opening_hours.count() == 6
    assert center.parent is not None
    assert center.parent.region_id == "130300000000"


def test_four_levels_can_be_seen(loaded: Loaded) -> None:
    assert set(Center.objects.values_list("level", flat=True)) == {"city", "county", "town", "village"}


def test_every_item_is_published_through_the_gate(loaded: Loaded) -> None:
    assert ServiceItem.objects.filter(current__status="published").count() == loaded.items
    assert not ItemVersion.objects.filter(published_by=None).exists()


def test_every_item_offers_a_form_and_a_filled_sample(loaded: Loaded) -> None:
    for version in ItemVersion.objects.all():
        first = version.materials.order_by("position").first()
        assert first is not None
        assert first.blank_form is not None
        assert first.sample is not None
    assert GuideFile.objects.count() == 2


def test_every_department_has_head_and_chief(loaded: Loaded) -> None:
    assert not Department.objects.filter(head=None).exists()
    assert not Department.objects.filter(chief_representative=None).exists()


def test_the_six_log_ins_share_the_password_of_the_folder(loaded: Loaded) -> None:
    password = (Path(settings.DATA_DIR) / "demonstration-password").read_text().strip()
    for name in LOGINS:
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert user.role == name
        assert user.demonstration
        assert not user.must_change_password
        assert user.staff is not None


def test_nobody_else_can_log_in(loaded: Loaded) -> None:
    others = User.objects.exclude(username__in=LOGINS)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)
    assert all(user.demonstration for user in others)


def test_every_state_is_there(loaded: Loaded) -> None:
    assert set(Case.objects.values_list("state", flat=True)) == set(CaseState.values)


def test_every_act_is_played(loaded: Loaded) -> None:
    named = {step.act for story in STORIES for step in story.steps} - {"work"}
    assert named | {"register", "complete_step"} == set(ACTS)


def test_no_act_lies_ahead_or_on_a_day_off_the_calendar(loaded: Loaded) -> None:
    moments = Event.objects.exclude(docket="").values_list("occurred_at", flat=True)
    local = [timezone.localtime(moment) for moment in moments]
    assert max(local) <= AT
    assert all(8 <= moment.hour < 17 for moment in local)


def test_events_of_a_case_are_in_the_order_of_time(loaded: Loaded) -> None:
    for case in Case.objects.all():
        moments = list(Event.objects.filter(docket=case.docket).order_by("id").values_list("occurred_at", flat=True))
        assert moments == sorted(moments)


def test_dockets_count_up_with_the_time_of_filing(loaded: Loaded) -> None:
    dockets = list(Case.objects.order_by("received_at").values_list("docket", flat=True))
    assert dockets == sorted(dockets)
    assert all(docket.startswith("1303020012") for docket in dockets)


def test_documents_carry_the_mark_and_are_numbered(loaded: Loaded) -> None:
    kinds = Counter(OfficialDocument.objects.values_list("kind", flat=True))
    assert kinds["receipt"] == loaded.cases
    assert {"acceptance", "supplement_notice", "special_procedure", "extension_notice", "decision_deny"} <= set(kinds)


def test_applicants_are_synthetic_and_valid(loaded: Loaded) -> None:
    for party in Party.objects.filter(role=PartyRole.APPLICANT):
        check_identity(party.identity_kind, party.identity, today=AT.date())
        assert party.identity.startswith("130302") or party.identity.startswith("91130302MADEM")
        assert party.kind == "person" or party.name.endswith(MARK)


def test_a_sweep_finds_a_few_late_and_a_few_paused(loaded: Loaded) -> None:
    result = sweep(at=AT)
    levels = Counter(Flag.objects.filter(clock="decision").values_list("level", flat=True))
    assert result.parked == []
    assert 1 <= levels["over_statute"] <= levels["over_promise"] <= 5
    assert levels["due_soon"] >= 2
    assert Case.objects.filter(state=CaseState.PAUSED).count() >= 3


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    before = (Case.objects.count(), User.objects.count(), Staff.objects.count(), Event.objects.count())
    assert not loading.load(at=AT + timedelta(days=3)).fresh
    assert (Case.objects.count(), User.objects.count(), Staff.objects.count(), Event.objects.count()) == before


def test_the_administrator_sees_no_case_and_the_clerk_all(loaded: Loaded) -> None:
    clerk, admin = User.objects.get(username="clerk"), User.objects.get(username="admin")
    assert Case.objects.visible_to(clerk).count() == loaded.cases
    assert Case.objects.visible_to(admin).count() == 0


def test_the_approver_has_cases_to_decide(loaded: Loaded) -> None:
    approver = User.objects.get(username=Role.APPROVER)
    assert Case.objects.visible_to(approver).filter(state=CaseState.REVIEWING).count() >= 3


def test_it_never_mixes_with_real_accounts(loaded: Loaded) -> None:
    Installation.objects.update(demonstration=False)
    with pytest.raises(CommandError, match="真实账号"):
        call_command("load_demonstration", skip_checks=True)


def test_production_refuses(settings: object) -> None:
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="正式环境"):
        call_command("load_demonstration", skip_checks=True)


def test_the_password_is_the_owner_s_alone_and_stays(tmp_path: Path) -> None:
    first = keep_password(tmp_path / "new")
    path = tmp_path / "new" / "demonstration-password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keep_password(tmp_path / "new") == first
    assert keep_password(tmp_path / "other") != first


def test_times_are_beijing() -> None:
    assert datetime.fromisoformat("2026-10-28T15:30:00+08:00") == AT


def test_inside_there_is_no_point_to_return_to_and_afterwards_there_is(loaded: Loaded) -> None:
    with in_one_piece(), CaptureQueriesContext(connection) as inside, transaction.atomic():
        Installation.objects.exists()
    assert not [query for query in inside.captured_queries if "SAVEPOINT" in query["sql"]]
    with CaptureQueriesContext(connection) as after, transaction.atomic():
        Installation.objects.exists()
    assert [query for query in after.captured_queries if query["sql"].startswith("SAVEPOINT")]


def fail_in_one_piece() -> None:
    with in_one_piece():
        with suppress(ZeroDivisionError), transaction.atomic():
            Installation.objects.update(name="half")
            _failed = 1 / 0
        Installation.objects.exists()


def test_an_error_inside_ends_the_whole_even_where_somebody_catches_it(loaded: Loaded) -> None:
    """All of it or none: a step that failed can not be left out in silence."""
    thresholds = gc.get_threshold()
    with pytest.raises(TransactionManagementError):
        fail_in_one_piece()
    assert not Installation.objects.filter(name="half").exists()
    assert gc.get_threshold() == thresholds
