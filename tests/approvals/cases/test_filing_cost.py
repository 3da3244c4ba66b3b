"""What filing one case costs the database: the counter at the window is the busiest door of the house."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import actions
from approvals.cases.enums import ParameterKey
from approvals.cases.standing import standing
from approvals.catalogue.models import ItemVersion
from hall.access.models import User
from hall.facts.models import Setting
from hall.workdays.calendars import calendar_for
from tests.builders import MONDAY, Hall, application, make_item_version, person

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
TODAY = MONDAY.date()


def loaded(house: Hall) -> tuple[ItemVersion, User]:
    """Item and clerk as a request has them in hand; the calendar is read once a process, not once a filing."""
    calendar_for(house.center.region_id)
    pk = make_item_version(house.department).pk
    versions = ItemVersion.objects.select_related("item__department__center", "regime")
    clerk = User.objects.select_related("staff").get(pk=house.clerk.pk)
    return versions.prefetch_related("legal_bases").get(pk=pk), clerk


def statements(house: Hall, **facts) -> list[str]:
    version, clerk = loaded(house)
    filled = application(version, **facts)
    with CaptureQueriesContext(connection) as asked:
        actions.register(filled, by=clerk, at=MONDAY)
    return [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]


def test_filing_takes_at_most_twelve_statements(house):
    found = statements(house)
    assert len(found) <= MOST_STATEMENTS, "\n".join(sql[:90] for sql in found)


def test_a_proxy_costs_no_statement_more(house):
    assert len(statements(house, proxy=person(mandate="代为提交材料"))) == len(statements(house))


def test_other_windows_wait_only_for_what_needs_the_number(house):
    """From its number to its end a filing holds the counter of its center (N01): parties and clocks are done before."""
    found = statements(house)
    counter = next(n for n, sql in enumerate(found) if "ledger_docketcounter" in sql)
    after = " ".join(found[counter:])
    assert all(table not in after for table in ("cases_party", "cases_receivedmaterial", "cases_clockrow"))
    assert len(found) - counter <= 7


def test_what_holds_is_read_in_one_query(house, django_assert_num_queries):
    center = house.center
    with django_assert_num_queries(1):
        standing(center, on=TODAY, keys=(ParameterKey.QUERY_CODE_HOURS,))


def test_a_centers_own_number_goes_before_the_general_one(house):
    general = standing(house.center, on=TODAY, keys=()).warn.last_days
    Setting.objects.create(
        key=ParameterKey.WARN_LAST_DAYS, center=house.center, value=general + 2, effective_from=TODAY, source="试"
    )
    assert standing(house.center, on=TODAY, keys=()).warn.last_days == general + 2


def test_the_calendar_is_the_one_of_the_centers_region(house):
    assert standing(house.center, on=TODAY, keys=()).calendar is calendar_for(house.center.region_id)
