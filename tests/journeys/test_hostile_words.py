"""Words that would be code, in every text a citizen or clerk can leave, read in a real browser (X01): nothing runs.

The visitor of the journeys fails on any error in the console and on any breach of the policy; a dialog fails here.
"""

from typing import Any, Final

import pytest

from approvals.cases import actions, codes
from tests.builders import accepted_case, make_case, make_item_version, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PAYLOADS: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "<svg/onload=alert(3)>",
    "javascript:alert(4)",
    "{{7*7}}{% debug %}${alert(5)}",
    "[x](javascript:alert(6))",
    "</textarea><iframe srcdoc='<script>alert(7)</script>'>",
)
ALL: Final = "".join(PAYLOADS)


@pytest.fixture
def names(hall: Any) -> list[str]:
    """Each payload where a text can stand: person, agent, item, department, window, center, staff."""
    hall.center.name = PAYLOADS[0][:30]
    hall.center.address = PAYLOADS[1]
    hall.center.save()
    hall.department.name = PAYLOADS[2]
    hall.department.save()
    hall.window.name = PAYLOADS[3]
    hall.window.save()
    hall.clerk.staff.name = PAYLOADS[4][:20]
    hall.clerk.staff.save()
    version = make_item_version(hall.department, materials=(PAYLOADS[1], PAYLOADS[5]), summary=ALL)
    version.item.name = PAYLOADS[6][:60]
    version.item.save()
    case = make_case(hall, version, applicant=person(PAYLOADS[0]))
    code = codes.pending(case, at=case.received_at)
    accepted_case(hall, version, applicant=person(PAYLOADS[2]))
    return [case.docket, code, version.item.code]


def test_x01_no_text_of_anybody_runs_in_any_main_page(hall: Any, names: list[str], enter: Any) -> None:
    docket, code, item = names
    heard: list[str] = []
    citizen = enter("citizen")
    citizen.page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    for path in ("/", "/centers/", f"/centers/{hall.center.pk}/", "/guides/", f"/guides/{item}/", "/lookup/"):
        assert citizen.go(path) == 200, path
    citizen.type("办件编号", docket)
    citizen.type("查询码", code)
    citizen.send("查询")
    assert "7*7" in citizen.page.content() or "script" in citizen.page.content()
    for user, paths in pages_of(hall, docket):
        visitor = enter(user.role)
        visitor.page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        visitor.log_in(user)
        for path in paths:
            assert visitor.go(path) == 200, (user.role, path)
            assert "49" not in visitor.page.title()
    assert heard == []


def pages_of(hall: Any, docket: str) -> list[tuple[Any, list[str]]]:
    return [
        (hall.clerk, ["/work/", "/work/cases/", f"/work/cases/{docket}/", f"/work/?q={PAYLOADS[1]}", "/inbox/"]),
        (hall.supervisor, ["/dashboard/", "/work/cases/", f"/work/cases/{docket}/", "/supervision/", "/health/"]),
        (hall.admin, ["/manage/staff/", "/manage/places/", "/manage/places/windows/", "/manage/history/"]),
    ]


def test_x01_a_note_left_on_a_case_is_text(hall: Any, enter: Any) -> None:
    case = accepted_case(hall, applicant=person(PAYLOADS[1]))
    items = [{"name": "申请书", "problem": ALL[:100], "requirement": ALL[:100]}]
    fresh = make_case(hall)
    actions.notify_supplement(fresh, by=hall.clerk, at=fresh.received_at, items=items)
    heard: list[str] = []
    clerk = enter("clerk")
    clerk.page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    clerk.log_in(hall.clerk)
    for docket in (case.docket, fresh.docket):
        assert clerk.go(f"/work/cases/{docket}/") == 200
    assert "script" in clerk.page.content()
    assert heard == []
