"""What the migrations sow: model schemes whose weights are whole, and numbers that name their source."""

import pytest
from django.db.models import Sum

from hall.appraisal.models import SchemeVersion
from hall.facts.models import Setting

pytestmark = pytest.mark.django_db


def test_every_model_scheme_sums_to_a_hundred_and_names_its_source() -> None:
    models = SchemeVersion.objects.filter(center__isnull=True).annotate(sum=Sum("lines__weight"))
    assert {one.subject: one.sum for one in models} == {"person": 100, "department": 100, "window": 100}
    assert all(one.source and one.state == "draft" for one in models)


def test_the_persons_scheme_scores_the_seven_working_styles() -> None:
    lines = SchemeVersion.objects.get(center__isnull=True, subject="person").lines
    assert lines.filter(source__startswith="cases.style_").count() == 7


def test_cards_cost_what_the_source_says() -> None:
    lines = SchemeVersion.objects.get(center__isnull=True, subject="person").lines
    assert lines.get(source="supervision.yellow").per_fact == -5
    assert lines.get(source="supervision.red").per_fact == -10


def test_every_line_says_where_its_points_come_from() -> None:
    assert not [line for one in SchemeVersion.objects.all() for line in one.lines.all() if not line.note]


def test_every_number_of_the_room_is_sown_with_its_source() -> None:
    rows = Setting.objects.filter(key__regex=r"^(appraisal|awards|duty)\.")
    assert rows.count() == 7
    assert all(row.source for row in rows)
