"""The table of addresses: who may come, how, and what stands there. A route that is not in it fails the build.

The rooms that see the hall itself keep their lines in tests/guards/tables/.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from hall.access.models import User
from hall.workdays.models import CalendarTrial
from tests.guards import tables
from tests.guards.route import (
    ADMIN,
    CASE_READERS,
    CASEWORK,
    CHIEF,
    EDITORS,
    KEEPERS,
    STAFF,
    SUPERVISOR,
    WATCHERS,
    WINDOW,
    Route,
    form,
    get,
    post,
)
from tests.guards.world import Place


def _case(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket}


def _act(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket, "action": "propose_correction"}


def _clock(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket, "kind": "decision"}


def _item(place: Place, _: User) -> dict[str, Any]:
    return {"pk": place.item.pk}


def _trial(place: Place, _: User) -> dict[str, Any]:
    """Of the nation's calendar, so nobody's own."""
    asked = {"text": "date,kind,name,document_no\n2026-08-12,off,临时,\n", "asked_at": timezone.now()}
    return {"pk": CalendarTrial.objects.get_or_create(asked_by=place.by_role[ADMIN], defaults=asked)[0].pk}


def _person(place: Place, _: User) -> dict[str, Any]:
    return {"pk": place.colleague.staff_id}


def _place(place: Place, _: User) -> dict[str, Any]:
    return {"slug": "departments", "pk": place.department.pk}


def _message(place: Place, user: User) -> dict[str, Any]:
    return {"entry_id": place.messages[user.pk]}


def _code(place: Place, _: User) -> dict[str, Any]:
    return {"code": place.item.code}


ROUTES: Final[dict[str, Route]] = {
    # What every citizen may open.
    "appearance": post(None),
    "organisation:home": get(None),
    "organisation:centers": get(None),
    "organisation:center": get(None, lambda p, _: {"pk": p.center.pk}, foreign=200),
    "workdays:calculator": get(None),
    "catalogue:guides": get(None),
    "catalogue:guide": get(None, _code, foreign=200),
    "catalogue:guide_qr": get(None, _code, foreign=200),
    "catalogue:guide_file": get(None, lambda p, _: {"sha256": p.guide_file.sha256}, foreign=200),
    "cases:lookup": form(None),
    "access:login": form(None, answers=(200, 302)),
    "access:logout": post(None),
    "access:live": get(None),
    "access:ready": get(None, answers=(200, 503)),
    "access:deep": get(None, answers=(200, 503)),
    # The person's own account.
    "access:alive": post(STAFF),
    "access:password": form(STAFF),
    "access:second_factor": form(STAFF, answers=(302,)),
    "access:second_factor_begin": form(STAFF),
    "access:second_factor_enrol": form(STAFF, answers=(302,)),
    "access:absence": form(CASEWORK | {SUPERVISOR}),
    "access:absence_of": post(frozenset({CHIEF}), _person),
    "access:inbox": get(STAFF),
    "access:inbox_read_all": post(STAFF),
    "access:inbox_read": post(STAFF, _message, foreign=302),
    # The house.
    "access:health": get(WATCHERS),
    "access:staff_list": get(KEEPERS),
    "access:staff_new": form(frozenset({ADMIN})),
    "access:staff_import": form(frozenset({ADMIN})),
    "access:staff": form(frozenset({ADMIN}), _person),
    "access:staff_leave": post(frozenset({ADMIN}), _person),
    "access:account_open": post(frozenset({ADMIN}), lambda p, _: {"pk": p.newcomer.pk}),
    "access:account_role": post(frozenset({ADMIN}), _person),
    "access:account_active": post(frozenset({ADMIN}), _person),
    "access:account_reset_password": post(frozenset({ADMIN}), _person),
    "access:account_reset_second_factor": post(frozenset({ADMIN}), _person),
    "access:calendar": get(STAFF),
    "access:calendar_year": get(STAFF, lambda *_: {"year": 2026}, foreign=200),
    "access:calendar_preview": post(frozenset({ADMIN})),
    "access:calendar_trial": get(frozenset({ADMIN}), _trial, foreign=200),
    "access:calendar_import": post(frozenset({ADMIN})),
    "access:roles": get(KEEPERS),
    "access:settings": form(frozenset({ADMIN})),
    "access:history": get(KEEPERS),
    "access:places": get(frozenset({ADMIN})),
    "access:place_list": get(frozenset({ADMIN}), lambda *_: {"slug": "windows"}, foreign=200),
    "access:branch_new": form(frozenset({ADMIN})),
    "access:place_new": form(frozenset({ADMIN}), lambda *_: {"slug": "posts"}, foreign=200),
    "access:place": form(frozenset({ADMIN}), _place),
    "access:hours": form(frozenset({ADMIN}), lambda p, _: {"pk": p.center.pk}),
    "access:hours_remove": post(
        frozenset({ADMIN}), lambda p, _: {"pk": p.center.pk, "what": "usual", "row": p.hours.pk}
    ),
    # The catalogue.
    "catalogue:counter_items": get(WINDOW),
    "catalogue:items": get(STAFF),
    "catalogue:items_export": form(STAFF),
    "catalogue:regimes": get(STAFF),
    "catalogue:item": get(STAFF, _item),
    "catalogue:version": get(STAFF, lambda p, _: {"pk": p.item.pk, "number": 1}),
    "catalogue:item_new": form(EDITORS),
    "catalogue:edit": form(EDITORS, lambda p, _: {"pk": p.item.pk, "section": "basic"}),
    "catalogue:draft_new": post(EDITORS, _item),
    "catalogue:draft_discard": post(EDITORS, _item),
    "catalogue:publish": post(frozenset({CHIEF}), _item),
    "catalogue:abolish": post(frozenset({CHIEF}), _item),
    "catalogue:import": form(frozenset({ADMIN})),
    "catalogue:import_batch": form(
        frozenset({ADMIN}), lambda p, user: {"batch_id": p.batches[user.pk]}, answers=(200, 302, 422)
    ),
    # The cases.
    "cases:worklist": get(CASE_READERS),
    "cases:all": get(CASE_READERS),
    "cases:notices": get(CASE_READERS),
    "cases:deliveries": get(CASE_READERS),
    "cases:save-filter": post(CASE_READERS, lambda *_: {"preset": "all"}, foreign=302),
    "cases:drop-filter": post(CASE_READERS, lambda p, user: {"pk": p.filters[user.pk]}),
    "cases:hand-over": post(CASEWORK),
    "cases:find": post(CASE_READERS),
    "cases:register": form(WINDOW),
    "cases:filed": get(WINDOW, _case),
    "cases:printed": post(WINDOW, _case),
    "cases:detail": get(CASE_READERS, _case),
    "cases:unmask": post(CASEWORK, _case),
    "cases:attach": post(CASEWORK, _case),
    "cases:attachment": get(CASEWORK, lambda p, _: {"pk": p.attachment.pk}),
    "cases:document": form(CASE_READERS, lambda p, _: {"pk": p.document.pk}),
    "cases:clock": get(CASE_READERS, _clock),
    "cases:act": form(CASEWORK, _act),
    "cases:list-export": form(frozenset({CHIEF, SUPERVISOR}), lambda *_: {"preset": "all"}, foreign=200),
    "cases:export": form(frozenset({CHIEF, SUPERVISOR})),
}
for _module in iter_modules(tables.__path__):
    ROUTES |= import_module(f"{tables.__name__}.{_module.name}").ROUTES


def furnished() -> Place:
    """A place in which everything an address names is there already: what is made inside a request that is taken back
    would be made anew for each of them, at a quarter of a second."""
    place = Place()
    for user in place.everybody():
        for route in ROUTES.values():
            if route.who is None or user.role in route.who:
                route.kwargs(place, user)
    return place


def routes_of_the_site() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URL conf under its full name."""
    return _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", pattern
