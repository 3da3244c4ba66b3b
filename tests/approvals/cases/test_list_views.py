"""Lists: whose cases, which lamp, filters in the address, hand-over of several, and the search box."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals.cases import actions, listing, row_reading
from approvals.cases.clock import LampKind
from approvals.cases.models import Case, ClockRow, Handover, SavedFilter
from approvals.cases.views import lists
from tests.approvals.cases.acting import as_user
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, hall):
    client.force_login(hall.clerk)
    return client


FAR_OFF = dict.fromkeys(("warn_from", "late_from", "statute_late_from"), moment("2999-01-01 00:00"))


def text(response):
    return response.content.decode()


def lamps(at, cases=None):
    found = listing.with_lamp(Case.objects.all() if cases is None else cases, at)
    return {case.docket: case.lamp for case in found}


@pytest.mark.parametrize(
    ("at", "lamp"),
    [
        ("2026-04-14 09:00", LampKind.NORMAL),
        ("2026-05-12 09:00", LampKind.DUE_SOON),
        ("2026-05-13 23:59", LampKind.DUE_SOON),
        ("2026-05-14 00:00", LampKind.OVER_STATUTE),
    ],
)
def test_lamp_in_sql_follows_the_clock(hall, at, lamp):
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    assert lamps(moment(at))[case.docket] == lamp


def test_lamp_of_promise_alone(hall):
    case = accepted_case(hall, make_item_version(hall.department, promise=(5, "workday"), steps=()))
    assert lamps(moment("2026-04-21 09:00"))[case.docket] == LampKind.OVER_PROMISE


def test_lamp_of_a_stopped_clock(hall):
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    actions.pause(
        case, by=hall.approver, at=moment("2026-04-17 15:30"), ground=hall.ground(), notified_days=3, reason="评审"
    )
    assert lamps(moment("2026-04-18 09:00"))[case.docket] == LampKind.PAUSED


@pytest.mark.parametrize("at", ["2026-04-14 09:00", "2026-05-12 09:00", "2026-05-20 09:00"])
def test_lamp_in_sql_equals_the_lamp_in_words(hall, at):
    accepted_case(hall)
    accepted_case(hall, make_item_version(hall.department, promise=(5, "workday"), steps=()))
    make_case(hall)
    in_sql = lamps(moment(at))
    in_words = {row.docket: row.lamp.kind for row in row_reading.rows(Case.objects.all(), moment(at))}
    assert in_sql == in_words


def test_worklist_shows_the_handlers_own(clerk, hall):
    mine = make_case(hall)
    other = actions.hand_over(
        make_case(hall), by=hall.chief, at=moment("2026-04-13 11:00"), to=hall.other_clerk.staff, reason="调班"
    )
    shown = text(clerk.get("/work/"))
    assert mine.docket in shown
    assert other.docket not in shown


def test_all_shows_the_departments(clerk, hall):
    other = actions.hand_over(
        make_case(hall), by=hall.chief, at=moment("2026-04-13 11:00"), to=hall.other_clerk.staff, reason="调班"
    )
    assert other.docket in text(clerk.get("/work/cases/"))


def test_other_centers_are_nowhere(clerk):
    stranger = make_case(Hall())
    assert stranger.docket not in text(clerk.get("/work/cases/"))


def test_name_is_masked(clerk, hall):
    make_case(hall, applicant=person("张小明"))
    shown = text(clerk.get("/work/"))
    assert "张*明" in shown
    assert "张小明" not in shown


@pytest.mark.parametrize(
    "query",
    ["page=abc", "page=999999999", "lamp=none", "sort=password", "state=x", "since=2026-02-30", "q=%00", "handler=zz"],
)
def test_nonsense_in_the_address_is_no_error(clerk, hall, query):
    make_case(hall)
    assert clerk.get(f"/work/?{query}").status_code == 200


@pytest.mark.parametrize("sort", sorted(listing.SORTS))
def test_every_sort_works(clerk, hall, sort):
    make_case(hall)
    assert clerk.get(f"/work/?sort={sort}").status_code == 200


def test_filter_by_lamp_narrows_the_list(clerk, hall):
    late = accepted_case(hall)
    fresh = make_case(hall)
    # Seen today everything of April is late; the fresh one is given a day far off.
    ClockRow.objects.filter(case=fresh).update(**FAR_OFF)
    shown = text(clerk.get("/work/?lamp=over_statute"))
    assert late.docket in shown
    assert fresh.docket not in shown


def test_urgent_first(hall):
    calm, late = make_case(hall), accepted_case(hall)
    ClockRow.objects.filter(case=calm).update(**FAR_OFF)
    at = timezone.now()
    ranked = listing.ordered(listing.with_lamp(Case.objects.all(), at), "urgency")
    assert [case.docket for case in ranked] == [late.docket, calm.docket]


def test_list_costs_the_same_with_one_and_three_rows(clerk, hall, django_assert_max_num_queries):
    version = make_item_version(hall.department)
    make_case(hall, version)
    with django_assert_max_num_queries(30) as one:
        clerk.get("/work/")
    for _ in range(2):
        make_case(hall, version)
    with django_assert_max_num_queries(len(one.captured_queries)):
        clerk.get("/work/")


@pytest.mark.parametrize("who", ["admin"])
def test_roles_without_cases_are_refused(client, hall, who):
    client.force_login(getattr(hall, who))
    assert client.get("/work/cases/").status_code == 403


def test_filter_is_saved_and_dropped(clerk, hall):
    clerk.post(reverse("cases:save-filter", args=["worklist"]), {"name": "本周临期", "query": "lamp=due_soon"})
    saved = SavedFilter.objects.get(user=hall.clerk)
    assert saved.query == "/work/?lamp=due_soon"
    clerk.post(reverse("cases:drop-filter", args=[saved.pk]))
    assert not SavedFilter.objects.exists()


def test_filter_of_a_colleague_cannot_be_dropped(clerk, hall):
    saved = SavedFilter.objects.create(user=hall.approver, name="x", query="/work/")
    assert clerk.post(reverse("cases:drop-filter", args=[saved.pk])).status_code == 404


def test_chosen_cases_are_handed_over_together(clerk, hall):
    cases = [make_case(hall), make_case(hall)]
    data = {"case": [c.docket for c in cases], "to": hall.other_clerk.staff_id, "reason": "休假"}
    assert clerk.post(reverse("cases:hand-over"), data).status_code == 302
    # Offered, and still the clerk's until the receiver accepts; the chief's order holds at once.
    assert set(Case.objects.values_list("handler", flat=True)) == {hall.clerk.staff_id}
    assert {row.to_staff_id for row in Handover.objects.all() if row.is_pending} == {hall.other_clerk.staff_id}
    assert as_user(hall.chief).post(reverse("cases:hand-over"), data).status_code == 302
    assert set(Case.objects.values_list("handler", flat=True)) == {hall.other_clerk.staff_id}


def test_handing_over_a_strangers_case_changes_nothing(clerk, hall):
    stranger = make_case(Hall())
    data = {"case": [stranger.docket], "to": hall.other_clerk.staff_id, "reason": "休假"}
    clerk.post(reverse("cases:hand-over"), data)
    stranger.refresh_from_db()
    assert stranger.handler_id != hall.other_clerk.staff_id


def test_find_opens_the_case_of_a_number(clerk, hall):
    case = make_case(hall)
    assert clerk.post("/find/", {"q": case.docket})["Location"] == reverse("cases:detail", args=[case.docket])


@pytest.mark.parametrize("word", ["张小明", "13800000000"])
def test_find_lists_by_name_or_phone(clerk, hall, word):
    case = make_case(hall, applicant=person("张小明"))
    assert case.docket in text(clerk.post("/find/", {"q": word}))


def test_find_lists_the_cases_of_an_item_code(clerk, hall):
    case = make_case(hall)
    assert case.docket in text(clerk.post("/find/", {"q": case.version_filed.item.code.lower()}))


def test_find_shows_nothing_of_other_centers(clerk):
    stranger = make_case(Hall(), applicant=person("独一无二"))
    assert stranger.docket not in text(clerk.post("/find/", {"q": "独一无二"}))


def test_find_takes_no_name_from_the_address(clerk):
    assert clerk.get("/find/", {"q": "张小明"}).status_code == 405


def test_case_that_is_over_is_counted_under_no_lamp(hall):
    over = actions.withdraw(make_case(hall), by=hall.clerk, at=moment("2026-04-13 11:00"))
    make_case(hall)
    at = moment("2026-04-13 12:00")
    assert lamps(at)[over.docket] == ""
    assert listing.counts(Case.objects.all(), at) == {LampKind.NORMAL: 1, "": 1}


def test_what_is_found_is_read_once_also_where_there_is_more(
    clerk: Client, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_item_version(hall.department)
    for _ in range(3):
        make_case(hall, version)
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    with CaptureQueriesContext(connection) as asked:
        shown = text(clerk.post("/find/", {"q": version.item.code}))
    assert "只列前 2 件" in shown
    whole = [query["sql"] for query in asked if '"cases_case"."summary"' in query["sql"]]
    assert not [sql for sql in whole if "COUNT(" not in sql]
