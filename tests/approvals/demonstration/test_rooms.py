"""What the rooms show after a load: no list of theirs is empty, and each tells its story."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.demonstration import content
from approvals.demonstration.cases import past_days
from approvals.demonstration.loading import Loaded
from approvals.demonstration.organisation import Hall
from approvals.demonstration.timeline import Stage
from approvals.demonstration.watching import Watching
from hall.access.models import User
from hall.appraisal.enums import AwardKind, AwardState
from hall.appraisal.models import (
    AppraisalPeriod,
    Attendance,
    Award,
    DutyLog,
    DutyTurn,
    ManualMark,
    Objection,
    SchemeVersion,
)
from hall.conduct.enums import Audience, BulletinState, ComplaintState
from hall.conduct.enums import RectificationState as PutRight
from hall.conduct.models import Bulletin, ClosureItem, Complaint
from hall.conduct.models import Rectification as FindingRectification
from hall.dashboard.models import CaseTally, OpenTally
from hall.evaluation.enums import Via
from hall.evaluation.models import BoxOpening, Evaluation, Invitation, PaperForm
from hall.facts.models import Setting
from hall.rectification.enums import AppealState, RectificationState
from hall.rectification.models import Appeal, Rectification
from hall.reports import actions as reports
from hall.reports.models import Report
from hall.supervision.enums import CardState, Colour, VersionStatus
from hall.supervision.models import Card, RuleVersion, Signal, TrialLine
from tests.approvals.demonstration.conftest import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LISTS = [
    ("supervisor", "rectification:evaluations", "period=2026"),
    ("supervisor", "rectification:worklist", ""),
    ("supervisor", "evaluation:openings", ""),
    ("supervisor", "supervision:cards", ""),
    ("supervisor", "supervision:signals", ""),
    ("supervisor", "supervision:records", ""),
    ("supervisor", "conduct:patrols", ""),
    ("supervisor", "conduct:rectifications", ""),
    ("supervisor", "conduct:bulletins", ""),
    ("supervisor", "conduct:complaints", ""),
    ("supervisor", "conduct:checks", ""),
    ("supervisor", "appraisal:overview", "subject=person&period=2026-09"),
    ("supervisor", "appraisal:awards", ""),
    ("supervisor", "appraisal:duty_logs", "month=2026-10"),
    ("clerk", "supervision:my-cards", "all=1"),
    ("chief", "conduct:bulletins", ""),
    ("", "conduct:public_bulletins", ""),
    ("", "appraisal:honours", ""),
]


@pytest.mark.parametrize(("login", "name", "query"), LISTS)
def test_no_list_is_empty(loaded: Loaded, client: Client, login: str, name: str, query: str) -> None:
    if login:
        client.force_login(User.objects.get(username=login))
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == 200
    assert list(response.context["page"])


def test_a_clerk_finds_the_own_sheets(loaded: Loaded, client: Client) -> None:
    client.force_login(User.objects.get(username="clerk"))
    page = client.get(reverse("appraisal:mine")).content.decode()
    assert "2026-09" in page
    assert "2026 年 10 月" in page


# -- evaluation --------------------------------------------------------------------------------------------------------
def test_people_speak_by_every_way(loaded: Loaded) -> None:
    ways = set(Evaluation.objects.values_list("via", flat=True))
    assert {Via.PAPER.value, Via.PAD.value} <= ways
    assert len(ways) >= 4


def test_most_are_content_and_not_everybody_speaks(loaded: Loaded) -> None:
    assert Evaluation.objects.filter(invitation__isnull=False).count() < Invitation.objects.count()
    assert Evaluation.objects.good().exists()
    assert Evaluation.objects.bad().count() == len(content.voices()["bad"])


def test_bad_grades_stand_everywhere_on_their_way(loaded: Loaded) -> None:
    states = set(Rectification.objects.values_list("state", flat=True))
    assert states == set(RectificationState.values) - {RectificationState.RECTIFIED, RectificationState.ANSWERED}


def test_one_bad_grade_was_appealed_and_struck(loaded: Loaded) -> None:
    appeal = Appeal.objects.get()
    assert appeal.state == AppealState.UPHELD
    assert appeal.evaluation.struck_at is not None
    assert appeal.decided_by != appeal.appealed_by


def test_closed_ones_have_a_published_answer(loaded: Loaded, client: Client) -> None:
    answers = Rectification.objects.filter(state=RectificationState.CLOSED).values_list("answer", flat=True)
    page = client.get(reverse("rectification:published")).content.decode()
    assert answers
    assert all(answer in page for answer in answers)


def test_the_box_was_opened_by_two_and_its_forms_typed_in(loaded: Loaded) -> None:
    opening = BoxOpening.objects.get()
    assert opening.opener != opening.witness
    assert 0 < PaperForm.objects.count() <= opening.forms_found


# -- supervision -------------------------------------------------------------------------------------------------------
def test_rules_were_tried_before_they_were_switched_on(loaded: Loaded) -> None:
    on = RuleVersion.objects.filter(status=VersionStatus.ON)
    assert set(on.values_list("rule__code", flat=True)) == set(content.watching()["rules"])
    assert all(TrialLine.objects.filter(version=version).exists() for version in on)
    assert not on.exclude(parked_error="").exists()
    assert RuleVersion.objects.filter(status=VersionStatus.DRAFT).exists()


def test_the_watch_raised_cards_and_reminders(loaded: Loaded) -> None:
    watched = Card.objects.filter(raised_by=None)
    assert set(watched.values_list("colour", flat=True)) == {Colour.YELLOW, Colour.RED}
    assert watched.filter(state=CardState.AWAITING).exists()
    assert Signal.objects.exists()
    assert all(card.raised_at <= AT for card in watched)


def test_every_morning_brings_the_cards_further(loaded: Loaded, hall: Hall) -> None:
    """The same mornings once more, after the last of the load: what waited is answered, decided, appealed, ruled on."""
    stage = Stage(hall, at=AT + timedelta(days=14), acts=(), past=past_days(hall, AT))
    mornings = Watching(stage)
    for day in range(1, 12, 2):
        mornings._tend(AT + timedelta(days=day))
    watched = Card.objects.filter(raised_by=None)
    unanswered = content.watching()["unanswered"]
    assert set(watched.values_list("state", flat=True)) <= {
        CardState.AWAITING,
        CardState.UPHELD,
        CardState.OVERTURNED,
    }
    assert set(watched.filter(state=CardState.AWAITING).values_list("rule__code", flat=True)) <= set(unanswered)
    assert watched.filter(state=CardState.OVERTURNED).count() == 1
    assert all(card.ruled_by != card.decided_by for card in watched.filter(state=CardState.OVERTURNED))


# -- conduct -----------------------------------------------------------------------------------------------------------
def test_findings_are_put_right_overdue_or_looked_at_again(loaded: Loaded) -> None:
    rows = FindingRectification.objects.all()
    assert set(rows.values_list("state", flat=True)) == set(PutRight.values)
    assert rows.filter(state=PutRight.OPEN, due_on__lt=AT.date()).exists()


def test_complaints_are_upheld_refuted_and_waiting(loaded: Loaded) -> None:
    found = set(Complaint.objects.values_list("state", "verdict"))
    assert found == {
        (ComplaintState.DECIDED, "upheld"),
        (ComplaintState.DECIDED, "not_upheld"),
        (ComplaintState.RECEIVED, ""),
    }


def test_bulletins_are_published_by_a_second_person(loaded: Loaded) -> None:
    done = Bulletin.objects.filter(state=BulletinState.PUBLISHED)
    assert set(done.values_list("audience", flat=True)) == set(Audience.values)
    assert not [row for row in done if row.published_by == row.drafted_by]
    assert Bulletin.objects.filter(state=BulletinState.SUBMITTED).exists()


def test_drawn_closings_were_looked_at(loaded: Loaded) -> None:
    assert ClosureItem.objects.exclude(verdict="").exists()


# -- appraisal ---------------------------------------------------------------------------------------------------------
def test_sheets_of_two_months_are_computed(loaded: Loaded) -> None:
    assert SchemeVersion.objects.filter(center__isnull=False).count() == 3
    periods = AppraisalPeriod.objects.exclude(computed_at=None)
    told, running = ("2026-09", "2026-10")
    assert set(periods.values_list("code", "version__subject")) == {
        *((told, subject) for subject in ("person", "department", "window")),
        *((running, subject) for subject in ("person", "department")),
    }
    assert all(period.scores.exists() for period in periods)


def test_an_objection_and_a_mark_wait(loaded: Loaded) -> None:
    assert Objection.objects.get().score.staff == Objection.objects.get().raised_by.staff
    assert ManualMark.objects.get().decided_by is None


def test_a_star_and_a_banner_are_published_from_evidence(loaded: Loaded) -> None:
    awards = Award.objects.filter(state=AwardState.PUBLISHED, period_code="2026-09")
    assert set(awards.values_list("kind", flat=True)) == {AwardKind.STAR, AwardKind.BANNER}
    for award in awards:
        assert award.nominated_by != award.decided_by
        assert all(figure["ok"] for figure in award.figures)


def test_attendance_covers_the_last_ten_working_days(loaded: Loaded) -> None:
    days = set(Attendance.objects.filter(day__gt=AT.date() - timedelta(days=15)).values_list("day", flat=True))
    assert len(days) >= 10
    assert Attendance.objects.exclude(presence="present").exists()


def test_the_roster_reaches_into_the_coming_days(loaded: Loaded) -> None:
    assert DutyTurn.objects.filter(day__gt=AT.date()).count() == content.merits()["duty"]["coming"]
    assert DutyLog.objects.count() == len(content.merits()["log"])


# -- the roof ----------------------------------------------------------------------------------------------------------
def test_the_tallies_are_counted_up(loaded: Loaded) -> None:
    call_command("rebuild_tallies", verbosity=0)
    assert CaseTally.objects.exists()
    assert OpenTally.objects.exists()


def test_last_week_and_last_month_are_written(loaded: Loaded) -> None:
    assert reports.schedule(at=AT) == 2
    assert reports.write_waiting(at=AT) == 2
    assert set(Report.objects.values_list("kind", "state")) == {("week", "done"), ("month", "done")}


# -- all ---------------------------------------------------------------------------------------------------------------
def test_invented_rules_say_so(loaded: Loaded) -> None:
    own = Setting.objects.filter(added_by__isnull=False).values_list("source", flat=True)
    assert own
    assert all("为演示编写" in source for source in own)


def test_feedback_comes_after_its_card(loaded: Loaded) -> None:
    for card in Card.objects.all():
        steps = [card.raised_at, card.answered_at, card.decided_at, card.appealed_at, card.ruled_at]
        known = [step for step in steps if step is not None]
        assert all(first <= second for first, second in pairwise(known))
        assert known[-1] <= timezone.localtime(AT)
