"""What the migrations sow: model schemes whose weights are whole, and numbers that name their source."""

import pytest
from django.db.models import Sum

from hall.appraisal.actions import periods, schemes
from hall.appraisal.models import SchemeVersion
from hall.facts.models import Setting
from tests.builders import Hall
from tests.hall.appraisal.builders import SCORED

pytestmark = pytest.mark.django_db


def test_every_model_scheme_sums_to_a_hundred_and_names_its_source() -> None:
    models = SchemeVersion.objects.filter(center__isnull=True).annotate(sum=Sum("lines__weight"))
    assert {one.subject: one.sum for one in models} == {"person": 100, "department": 100, "window": 100}
    assert all(one.source and one.state == "draft" for one in models)


def test_the_persons_scheme_scores_the_seven_working_styles() -> None:
    lines = SchemeVersion.objects.get(center__isnull=True, subject="person").lines
    names = ["马上办", "主动办", "上门办", "公开办", "特事特办", "延时办", "节假日预约办"]
    assert list(lines.filter(position__lte=7).values_list("name", flat=True)) == names
    assert lines.filter(source__startswith="cases.style_").count() == 6


def test_the_style_no_event_proves_is_marked_by_people_with_evidence() -> None:
    line = SchemeVersion.objects.get(center__isnull=True, subject="person").lines.get(name="特事特办")
    assert (line.kind, line.start) == ("manual", "zero")


@pytest.mark.parametrize("subject", ["person", "window", "department"])
def test_every_model_scheme_can_be_copied_put_in_force_and_scored_as_it_is(subject: str) -> None:
    """Every source and indicator a model names is announced by the room it belongs to."""
    hall = Hall()
    model = SchemeVersion.objects.get(center__isnull=True, subject=subject)
    draft = schemes.draft_from(model, center=hall.center, by=hall.supervisor, at=SCORED)
    version = schemes.put_on(draft, by=hall.supervisor, at=SCORED)
    period = periods.open_period(version, code="2026-10", by=hall.supervisor, at=SCORED)
    sheets = list(period.scores.prefetch_related("entries"))
    assert sheets
    assert all(sheet.total == sum(entry.points for entry in sheet.entries.all()) for sheet in sheets)


def test_cards_cost_what_the_source_says() -> None:
    lines = SchemeVersion.objects.get(center__isnull=True, subject="person").lines
    assert lines.get(source="supervision.yellow").per_fact == -5
    assert lines.get(source="supervision.red").per_fact == -10


def test_every_line_says_where_its_points_come_from() -> None:
    assert not [line for one in SchemeVersion.objects.all() for line in one.lines.all() if not line.note]


def test_every_number_of_the_room_is_sown_with_its_source() -> None:
    rows = Setting.objects.filter(key__regex=r"^(appraisal|awards|duty)\.")
    assert rows.count() == 8
    assert all(row.source for row in rows)
