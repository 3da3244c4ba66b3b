"""Rules are written as drafts, put in force whole, and never changed after that."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from hall.appraisal.actions import schemes
from hall.appraisal.enums import LineKind, SchemeState, Start
from hall.appraisal.models import Line, SchemeVersion
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.builders import Hall
from tests.hall.appraisal.builders import SCORED, bonus_line, draft, facts_line, in_force, manual_line

pytestmark = pytest.mark.django_db
BLOCKED = (IntegrityError, InternalError)


def model(subject: str = "person") -> SchemeVersion:
    return SchemeVersion.objects.get(center__isnull=True, subject=subject)


def test_a_model_is_copied_to_the_center_with_all_its_lines(hall: Hall) -> None:
    made = schemes.draft_from(model(), center=hall.center, by=hall.supervisor, at=SCORED)
    assert (made.center, made.state, made.number) == (hall.center, SchemeState.DRAFT, 1)
    said = [list(x.lines.values_list("name", "weight", "source", "per_fact", "scale")) for x in (made, model())]
    assert said[0] == said[1]


def test_there_is_one_draft_at_a_time(hall: Hall) -> None:
    schemes.draft_from(model(), center=hall.center, by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="已有一份草稿"):
        schemes.draft_from(model(), center=hall.center, by=hall.supervisor, at=SCORED)


def test_a_new_version_is_numbered_on_and_replaces_the_old_one(hall: Hall) -> None:
    first = in_force(hall, manual_line(100))
    second = schemes.draft_from(first, center=hall.center, by=hall.supervisor, at=SCORED)
    schemes.put_on(second, by=hall.supervisor, at=SCORED)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.superseded_at) == (SchemeState.SUPERSEDED, SCORED)
    assert (second.number, second.state, second.on_by) == (2, SchemeState.ON, hall.supervisor)


def test_putting_in_force_is_on_the_record(hall: Hall) -> None:
    version = in_force(hall, manual_line(100))
    event = Event.objects.get(kind="appraisal.scheme_on")
    assert (event.data["scheme"], event.actor) == (version.pk, hall.supervisor)


@pytest.mark.parametrize("weight", [99, 90])
def test_weights_must_sum_to_a_hundred(hall: Hall, weight: int) -> None:
    version = draft(hall, manual_line(weight))
    with pytest.raises(Refused, match=f"合计 {weight} 分，应为 100 分"):
        schemes.put_on(version, by=hall.supervisor, at=SCORED)


def test_bonus_lines_do_not_count_into_the_hundred(hall: Hall) -> None:
    version = draft(hall, manual_line(100), bonus_line("attendance.late"))
    assert schemes.put_on(version, by=hall.supervisor, at=SCORED).state == SchemeState.ON


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (facts_line("no.such"), "没有这个事实来源"),
        (facts_line("attendance.late", start=Start.ZERO), "每件分数应为正数"),
        (facts_line("attendance.late", per=1, start=Start.FULL), "每件分数应为负数"),
        ({"name": "率", "kind": LineKind.INDICATOR, "weight": 100, "indicator": "no.such", "scale": [[1, 1]]},
         "没有这个指标"),
        ({"name": "率", "kind": LineKind.INDICATOR, "weight": 100, "indicator": "no.such"}, "没有档次"),
        ({"name": "率", "kind": LineKind.INDICATOR, "weight": 100, "indicator": "no.such", "scale": [[1, 101]]},
         "最高档 101 分，超过本项 100 分"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_score_keeps_the_scheme_from_being_put_in_force(
    hall: Hall, line: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        schemes.put_on(draft(hall, line), by=hall.supervisor, at=SCORED)


def test_a_draft_is_written_anew(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    head = {"name": "新名称", "source": "新依据", "bonus_cap": 3}
    lines = [{"name": "一", "kind": "manual", "weight": 60}, {"name": "二", "kind": "manual", "weight": 40}]
    schemes.save_draft(version, head=head, lines=lines, by=hall.supervisor)
    version.refresh_from_db()
    assert (version.name, version.source, version.bonus_cap) == ("新名称", "新依据", 3)
    assert list(version.lines.values_list("position", "name")) == [(1, "一"), (2, "二")]


def test_a_draft_can_be_thrown_away(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    schemes.discard(version, by=hall.supervisor)
    assert not SchemeVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("what", ["put_on", "save", "discard"])
def test_what_is_in_force_is_no_draft_any_more(hall: Hall, what: str) -> None:
    version = in_force(hall, manual_line(100))
    acts = {
        "put_on": lambda: schemes.put_on(version, by=hall.supervisor, at=SCORED),
        "save": lambda: schemes.save_draft(version, head={"name": "x"}, lines=[], by=hall.supervisor),
        "discard": lambda: schemes.discard(version, by=hall.supervisor),
    }
    with pytest.raises(Refused, match="不能修改"):
        acts[what]()


@pytest.mark.parametrize("who", ["clerk", "approver", "chief", "admin", "auditor"])
def test_only_supervisors_write_rules(hall: Hall, who: str) -> None:
    user, version = getattr(hall, who), draft(hall, manual_line(100))
    for act in (
        lambda: schemes.put_on(version, by=user, at=SCORED),
        lambda: schemes.discard(version, by=user),
        lambda: schemes.draft_from(model(), center=hall.center, by=user, at=SCORED),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_supervisor_of_another_center_writes_none_here(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        schemes.put_on(draft(hall, manual_line(100)), by=Hall().supervisor, at=SCORED)


def test_a_model_itself_is_never_put_in_force(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        schemes.put_on(model(), by=hall.supervisor, at=SCORED)


@pytest.mark.parametrize("change", [{"name": "改"}, {"bonus_cap": 9}, {"source": "改"}, {"state": "draft"}])
def test_the_database_refuses_to_change_a_version_in_force(hall: Hall, change: dict[str, Any]) -> None:
    version = in_force(hall, manual_line(100))
    with pytest.raises(BLOCKED), transaction.atomic():
        SchemeVersion.objects.filter(pk=version.pk).update(**change)


@pytest.mark.parametrize("what", ["update", "delete", "add"])
def test_the_database_refuses_to_change_its_lines(hall: Hall, what: str) -> None:
    version = in_force(hall, manual_line(100))
    acts = {
        "update": lambda: version.lines.update(weight=50),
        "delete": lambda: version.lines.all().delete(),
        "add": lambda: Line.objects.create(version=version, position=2, name="加", kind="manual", weight=1),
    }
    with pytest.raises(BLOCKED), transaction.atomic():
        acts[what]()


def test_the_database_refuses_a_second_version_in_force(hall: Hall) -> None:
    in_force(hall, manual_line(100))
    other = draft(hall, manual_line(100), number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeVersion.objects.filter(pk=other.pk).update(state="on", on_at=SCORED, on_by=hall.supervisor)


@pytest.mark.parametrize(
    "line",
    [
        {"kind": "facts", "weight": 5, "source": "", "per_fact": Decimal(1)},
        {"kind": "facts", "weight": 5, "source": "x.y", "per_fact": Decimal(0)},
        {"kind": "indicator", "weight": 5, "indicator": ""},
        {"kind": "manual", "weight": 0},
        {"kind": "manual", "weight": 5, "cap": 6},
        {"kind": "manual", "weight": 5, "bonus": True, "start": "zero", "cap": 3},
        {"kind": "manual", "weight": 0, "bonus": True, "start": "zero", "cap": None},
    ],
)
def test_the_database_refuses_a_line_that_says_nothing(hall: Hall, line: dict[str, Any]) -> None:
    version = draft(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(version=version, position=1, name="项", **line)
