"""What the demonstration is worth: every item stands the gate and cites the law, every page of it can be opened."""

import re
from collections import Counter
from datetime import date

import pytest
from django.test import Client

from approvals.cases.models import Case, ClockRow, Flag
from approvals.catalogue import queries
from approvals.catalogue.enums import BasisRank, CaseKind, ItemKind
from approvals.catalogue.models import ItemVersion, ServiceItem
from approvals.catalogue.publishing import blocking
from approvals.demonstration import content, items
from approvals.demonstration.loading import Loaded
from approvals.demonstration.organisation import LOGINS
from hall.access.enums import Role
from hall.access.models import User
from hall.access.scope import centers_of
from hall.ledger import numbers
from hall.organisation.models import Center, Department, Post, Staff, Window
from tests.approvals.demonstration.conftest import AT

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ARTICLE = re.compile(r"第[一二三四五六七八九十百零]+条")
CODES = [row["code"] for _, row in content.items()]


def test_every_item_stands_the_gate_today_and_next_year(loaded: Loaded) -> None:
    versions = queries.with_parts(ItemVersion.objects.filter(status="published"))
    found = {
        (version.item.code, on.year): [finding.sentence for finding in blocking(queries.gate(version, on))]
        for version in versions
        for on in (AT.date(), date(2027, 6, 1))
    }
    assert {key: sentences for key, sentences in found.items() if sentences} == {}


def test_no_item_leaves_advice_open(loaded: Loaded) -> None:
    """What the gate only advises is done too: a demonstration shows how it should be."""
    versions = queries.with_parts(ItemVersion.objects.filter(status="published"))
    advice = {v.item.code: [f.code for f in queries.gate(v, AT.date())] for v in versions}
    assert {code: codes for code, codes in advice.items() if codes} == {}


def test_every_basis_cites_law_and_article(loaded: Loaded) -> None:
    for version in ItemVersion.objects.all():
        bases = list(version.legal_bases.all())
        assert bases
        assert all(basis.title and ARTICLE.search(basis.article) for basis in bases), version.name


def test_every_statutory_limit_names_the_article_it_comes_from(loaded: Loaded) -> None:
    timed = ItemVersion.objects.filter(statute_count__isnull=False)
    assert timed.exists()
    assert all(ARTICLE.search(version.statute_note) for version in timed)


def test_permits_rest_on_law_or_administrative_regulation(loaded: Loaded) -> None:
    """行政许可法 art. 14 to 17: departments and documents may create none."""
    low = {BasisRank.RULE, BasisRank.DOCUMENT}
    permits = ItemVersion.objects.filter(kind=ItemKind.PERMIT)
    assert all(set(v.legal_bases.values_list("rank", flat=True)) - low for v in permits)


def test_codes_are_unique_and_those_of_the_content(loaded: Loaded) -> None:
    found = list(ServiceItem.objects.values_list("code", flat=True))
    assert sorted(found) == sorted(CODES)
    assert max(Counter(found).values()) == 1


def test_departments_items_and_windows_hang_together(loaded: Loaded) -> None:
    homes = {department.pk for department in Department.objects.all() if department.items.exists()}
    assert homes == set(Department.objects.values_list("pk", flat=True))
    assert Window.objects.filter(department__isnull=True).exists()  # a comprehensive window
    assert Post.objects.filter(holder_b__isnull=False).exists()


def test_every_department_can_decide_by_two_people(loaded: Loaded) -> None:
    for department in Department.objects.all():
        roles = Counter(department.staff.values_list("user__role", flat=True))
        assert roles[Role.CHIEF] == 1
        assert department.staff.count() >= 2


@pytest.mark.parametrize("login", LOGINS)
def test_each_log_in_finds_its_work_and_nothing_more(loaded: Loaded, login: str) -> None:
    user = User.objects.get(username=login)
    seen = Case.objects.visible_to(user).count()
    expected = {"admin": 0, "supervisor": loaded.cases, "auditor": loaded.cases, "clerk": loaded.cases}
    assert seen == expected.get(login, seen)
    assert centers_of(user).exists()


PAGES = {
    "clerk": ["/work/", "/work/cases/", "/work/register/", "/inbox/"],
    "approver": ["/work/", "/work/cases/", "/manage/items/"],
    "chief": ["/work/", "/work/cases/", "/manage/items/", "/account/absence/"],
    "supervisor": ["/work/cases/", "/health/"],
    "admin": ["/manage/staff/", "/manage/places/", "/manage/settings/", "/manage/calendar/", "/manage/items/"],
    "auditor": ["/manage/history/", "/manage/staff/", "/health/"],
}


@pytest.mark.parametrize("login", LOGINS)
def test_the_tour_of_each_role_opens(loaded: Loaded, client: Client, login: str) -> None:
    client.force_login(User.objects.get(username=login))
    answers = {address: client.get(address).status_code for address in PAGES[login]}
    assert set(answers.values()) == {200}, answers


def test_every_page_says_that_it_is_a_demonstration(loaded: Loaded, client: Client) -> None:
    for address in ("/", "/guides/", "/lookup/", "/centers/", "/login/"):
        assert "演示" in client.get(address).content.decode(), address
    client.force_login(User.objects.get(username="clerk"))
    assert "演示" in client.get("/work/").content.decode()


def test_every_guide_opens(loaded: Loaded, client: Client) -> None:
    answers = {code: client.get(f"/guides/{code}/").status_code for code in CODES[::4]}
    assert set(answers.values()) == {200}, answers


def test_every_docket_is_a_docket(loaded: Loaded) -> None:
    for docket in Case.objects.values_list("docket", flat=True):
        assert numbers.parse(docket)


def test_running_clocks_have_a_day_and_ended_cases_none(loaded: Loaded) -> None:
    running = ClockRow.objects.filter(ended_on__isnull=True).select_related("case")
    assert running.exists()
    assert not [row.case.docket for row in running if row.case.closed_at is not None]


def test_no_flag_is_raised_before_anybody_looked(loaded: Loaded) -> None:
    assert not Flag.objects.filter(recorded_at__gt=AT).exists()


def test_instant_items_are_decided_the_same_day(loaded: Loaded) -> None:
    instant = Case.objects.filter(case_kind=CaseKind.INSTANT, decided_at__isnull=False)
    assert instant.exists()
    assert all(case.decided_at and case.decided_at.date() == case.received_at.date() for case in instant)


def test_centers_stand_on_four_levels_and_one_is_ours(loaded: Loaded) -> None:
    levels = Counter(Center.objects.values_list("level", flat=True))
    assert set(levels) == {"city", "county", "town", "village"}
    assert Staff.objects.values("center").distinct().count() == 1


def test_published_items_know_their_regime(loaded: Loaded) -> None:
    assert all(version.regime is not None for version in items.published().values())
