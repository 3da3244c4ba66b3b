"""What other rooms and pages ask the catalogue."""

from datetime import date, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.catalogue import actions, queries
from approvals.catalogue.enums import LapseSubject, MaterialNeed
from approvals.catalogue.models import FeeItem, LapseRule, Material, Regime, ServiceItem
from hall.access.enums import Role
from hall.organisation.models import Center, OpeningHours
from hall.workdays.terms import Limit
from tests import builders
from tests.approvals.catalogue.builders import line, make_draft, table_of

pytestmark = pytest.mark.django_db
ON = date(2026, 4, 13)
AT = builders.moment("2026-04-10 10:00")


def rule(center: Center, begins: date, ends: date | None = None, subject: str = LapseSubject.SUPPLEMENT) -> LapseRule:
    return LapseRule.objects.create(
        center=center, subject=subject, rule="某市政务服务条例", article="第三十六条", effective_from=begins,
        effective_until=ends, source="为测试编写",
    )  # fmt: skip


def test_nothing_lapses_without_a_rule() -> None:
    assert queries.lapse_rule(builders.make_center(), LapseSubject.SUPPLEMENT, ON) is None


@pytest.mark.parametrize(
    ("begins", "ends", "holds"),
    [
        (date(2026, 4, 13), None, True),
        (date(2026, 4, 14), None, False),
        (date(2020, 1, 1), date(2026, 4, 13), True),
        (date(2020, 1, 1), date(2026, 4, 12), False),
    ],
)
def test_a_rule_holds_from_its_first_to_its_last_day(begins: date, ends: date | None, holds: bool) -> None:
    center = builders.make_center()
    rule(center, begins, ends)
    assert (queries.lapse_rule(center, LapseSubject.SUPPLEMENT, ON) is not None) is holds


def test_the_newest_rule_in_force_is_named() -> None:
    center = builders.make_center()
    rule(center, date(2015, 1, 1))
    newest = rule(center, date(2024, 1, 1))
    rule(center, date(2030, 1, 1))
    assert queries.lapse_rule(center, LapseSubject.SUPPLEMENT, ON) == newest


def test_rules_are_of_one_center_and_one_subject() -> None:
    center = builders.make_center()
    rule(center, date(2020, 1, 1), subject=LapseSubject.CORRECTION)
    assert queries.lapse_rule(center, LapseSubject.SUPPLEMENT, ON) is None
    assert queries.lapse_rule(builders.make_center(), LapseSubject.CORRECTION, ON) is None


@pytest.mark.parametrize(
    ("begins", "ends", "offered"),
    [
        (date(2020, 1, 1), None, True),
        (date(2026, 4, 14), None, False),
        (date(2020, 1, 1), date(2026, 4, 12), False),
        (date(2020, 1, 1), date(2026, 4, 13), True),
    ],
)
def test_regimes_in_force_on_a_day(begins: date, ends: date | None, offered: bool) -> None:
    Regime.objects.create(
        code="x", name="某条例", statute="某条例", effective_from=begins, effective_until=ends, source="为测试编写"
    )
    assert queries.regimes_on(ON).filter(code="x").exists() is offered


def test_the_gate_sees_everything_of_a_version() -> None:
    draft = make_draft(promise_supplement=True, supplement_count=5, supplement_unit="workday", supplement_rule="某条例")
    Material.objects.create(version=draft, name="验资报告", need=MaterialNeed.DEFERRABLE, position=3)
    FeeItem.objects.create(version=draft, name="工本费", amount=5, basis="某法", basis_rank="rule")
    facts = queries.facts_of(draft)
    assert (facts.bases, facts.conditions, len(facts.steps), len(facts.materials), len(facts.fees)) == (1, 1, 2, 3, 1)
    assert (facts.promise, facts.statute, facts.supplement) == (
        Limit(10, "workday"), Limit(20, "workday"), Limit(5, "workday"),
    )  # fmt: skip
    assert facts.regime is not None
    assert facts.regime.decision == Limit(20, "workday")
    assert [finding.code for finding in queries.gate(draft, ON)] == ["free_and_fees", "fee_basis"]


def test_a_version_without_a_regime_has_none_at_the_gate() -> None:
    assert queries.facts_of(make_draft(regime=None)).regime is None


def test_the_gate_knows_the_hours_of_the_center() -> None:
    draft = make_draft(promise_count=8, promise_unit="opening_hour")
    draft.steps.all().delete()
    assert "no_opening_hours" in {finding.code for finding in queries.gate(draft, ON)}
    center = draft.item.department.center
    for weekday in range(1, 6):
        OpeningHours.objects.create(center=center, weekday=weekday, opens=time(9), closes=time(17))
    assert "no_opening_hours" not in {finding.code for finding in queries.gate(draft, ON)}


def test_history_compares_each_version_with_the_one_before() -> None:
    first = actions.publish(make_draft(), by=None, at=AT)
    second = actions.new_draft(first.item, by=None)
    actions.edit_draft(second, revision=1, changes={"promise_count": 5}, by=None)
    (new, changes), (old, none) = queries.history_of(first.item)
    assert (new.number, old.number, none) == (2, 1, ())
    assert [change.subject for change in changes] == ["承诺时限"]


@pytest.mark.parametrize(
    ("role", "own", "foreign", "stub"),
    [
        (Role.CLERK, True, False, False),
        (Role.APPROVER, True, False, False),
        (Role.CHIEF, True, False, False),
        (Role.SUPERVISOR, True, False, False),
        (Role.ADMIN, True, False, True),
        (Role.AUDITOR, True, False, False),
    ],
)
def test_who_sees_which_items(role: str, own: bool, foreign: bool, stub: bool) -> None:
    hall = builders.Hall()
    mine, theirs = make_draft(hall.department), make_draft(builders.make_department(), code="DEMO-2")
    actions.import_items(table_of(line()), by=None)
    user = builders.make_user(role, builders.make_staff(hall.department))
    seen = set(queries.visible_to(user).values_list("code", flat=True))
    assert (mine.item.code in seen, theirs.item.code in seen, "511Z0001-0001" in seen) == (own, foreign, stub)


def test_a_disabled_account_sees_nothing() -> None:
    hall = builders.Hall()
    make_draft(hall.department)
    hall.chief.is_active = False
    assert not queries.visible_to(hall.chief).exists()


def test_departments_with_guides_are_counted() -> None:
    hall = builders.Hall()
    actions.publish(make_draft(hall.department), by=None, at=AT)
    make_draft(hall.department, code="DEMO-2")
    builders.make_department(hall.center, "区民政局")
    found = list(queries.departments_with_guides())
    assert [(department.pk, department.guide_count) for department in found] == [(hall.department.pk, 1)]


NAMES = ("食品经营许可", "小餐饮登记", "公共场所卫生许可", "社会团体成立登记", "取水许可（首次）")


def listed() -> None:
    department = builders.make_department()
    for number, name in enumerate(NAMES):
        ServiceItem.objects.create(code=f"C-{number}", name=name, department=department)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("许可", {"食品经营许可", "公共场所卫生许可", "取水许可（首次）"}),
        ("spjy", {"食品经营许可"}),
        ("XCY", {"小餐饮登记"}),
        ("qushui", {"取水许可（首次）"}),
        ("C-3", {"社会团体成立登记"}),
        ("c-3", {"社会团体成立登记"}),
        ("xk", {"食品经营许可", "公共场所卫生许可", "取水许可（首次）"}),
        ("", set(NAMES)),
        ("   ", set(NAMES)),
        ("100%", set()),
    ],
)
def test_matching(typed: str, found: set[str]) -> None:
    listed()
    assert {item.name for item in queries.matching(ServiceItem.objects.all(), typed)} == found


def test_the_nearest_match_comes_first() -> None:
    listed()
    department = builders.make_department()
    ServiceItem.objects.create(code="Z", name="登记", department=department)
    ServiceItem.objects.create(code="Y", name="登记表核发", department=department)
    names = [item.name for item in queries.matching(ServiceItem.objects.all(), "登记")]
    assert names[:2] == ["登记", "登记表核发"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=80))
def test_nothing_a_person_can_type_breaks_the_search(typed: str) -> None:
    typed = typed.encode("utf-8", "ignore").decode()
    list(queries.matching(ServiceItem.objects.all(), typed))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 5), length=st.integers(1, 6))
def test_every_piece_of_a_name_finds_it(start: int, length: int) -> None:
    if not ServiceItem.objects.exists():
        listed()
    name = NAMES[0]
    piece = name[start : start + length]
    assert name in {item.name for item in queries.matching(ServiceItem.objects.all(), piece)}


def test_the_whole_version_comes_in_a_constant_number_of_queries(django_assert_num_queries: object) -> None:
    draft = make_draft()
    for number in range(3):
        Material.objects.create(version=draft, name=f"证明{number}")
    found = queries.with_parts(draft.item.versions.all()).get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        queries.facts_of(found)
        queries.outline_of(found)
        assert found.item.department.center.region.code12
