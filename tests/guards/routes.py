"""The table of addresses: who may come, how, and what stands there. A route that is not in it fails the build."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from hall.access.enums import Role
from hall.access.models import User
from tests.guards.world import EVERYBODY, Place

CLERK, APPROVER, CHIEF = Role.CLERK.value, Role.APPROVER.value, Role.CHIEF.value
SUPERVISOR, ADMIN, AUDITOR = Role.SUPERVISOR.value, Role.ADMIN.value, Role.AUDITOR.value
STAFF: Final = frozenset(EVERYBODY)
WINDOW: Final = frozenset({CLERK, CHIEF})
CASEWORK: Final = frozenset({CLERK, APPROVER, CHIEF})
CASE_READERS: Final = STAFF - {ADMIN}
WATCHERS: Final = frozenset({SUPERVISOR, ADMIN, AUDITOR})
KEEPERS: Final = frozenset({ADMIN, AUDITOR})
EDITORS: Final = frozenset({CHIEF, ADMIN})

Named = Callable[[Place, User], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `who` None: the public. `own`: what it names for somebody of this place; None names nothing.

    `foreign`: what somebody of another center with the same role gets to see of these objects.
    `answers`: what a visit by somebody who may come is answered, where it is not simply 200.
    """

    who: frozenset[str] | None
    methods: str  # "GET", "POST" or "GET POST"
    own: Named | None = None
    foreign: int = 404
    answers: tuple[int, ...] = (200,)

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    @property
    def writes(self) -> bool:
        return "POST" in self.methods

    def kwargs(self, place: Place, user: User) -> dict[str, Any]:
        return self.own(place, user) if self.own else {}


def _get(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "GET", own, **more)


def _post(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "POST", own, **more)


def _form(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "GET POST", own, **more)


def _case(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket}


def _act(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket, "action": "propose_correction"}


def _clock(place: Place, _: User) -> dict[str, Any]:
    return {"docket": place.case.docket, "kind": "decision"}


def _item(place: Place, _: User) -> dict[str, Any]:
    return {"pk": place.item.pk}


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
    "appearance": _post(None),
    "organisation:home": _get(None),
    "organisation:centers": _get(None),
    "organisation:center": _get(None, lambda p, _: {"pk": p.center.pk}, foreign=200),
    "workdays:calculator": _get(None),
    "catalogue:guides": _get(None),
    "catalogue:guide": _get(None, _code, foreign=200),
    "catalogue:guide_qr": _get(None, _code, foreign=200),
    "catalogue:guide_file": _get(None, lambda p, _: {"sha256": p.guide_file.sha256}, foreign=200),
    "cases:lookup": _form(None),
    "access:login": _form(None, answers=(200, 302)),
    "access:logout": _post(None),
    "access:live": _get(None),
    "access:ready": _get(None, answers=(200, 503)),
    "access:deep": _get(None, answers=(200, 503)),
    # The person's own account.
    "access:alive": _post(STAFF),
    "access:password": _form(STAFF),
    "access:second_factor": _form(STAFF, answers=(302,)),
    "access:second_factor_begin": _form(STAFF),
    "access:second_factor_enrol": _form(STAFF, answers=(302,)),
    "access:absence": _form(CASEWORK | {SUPERVISOR}),
    "access:absence_of": _post(frozenset({CHIEF}), _person),
    "access:inbox": _get(STAFF),
    "access:inbox_read_all": _post(STAFF),
    "access:inbox_read": _post(STAFF, _message, foreign=302),
    # The house.
    "access:health": _get(WATCHERS),
    "access:staff_list": _get(KEEPERS),
    "access:staff_new": _form(frozenset({ADMIN})),
    "access:staff_import": _form(frozenset({ADMIN})),
    "access:staff": _form(frozenset({ADMIN}), _person),
    "access:staff_leave": _post(frozenset({ADMIN}), _person),
    "access:account_open": _post(frozenset({ADMIN}), lambda p, _: {"pk": p.newcomer.pk}),
    "access:account_role": _post(frozenset({ADMIN}), _person),
    "access:account_active": _post(frozenset({ADMIN}), _person),
    "access:account_reset_password": _post(frozenset({ADMIN}), _person),
    "access:account_reset_second_factor": _post(frozenset({ADMIN}), _person),
    "access:calendar": _get(STAFF),
    "access:calendar_year": _get(STAFF, lambda *_: {"year": 2026}, foreign=200),
    "access:calendar_preview": _post(frozenset({ADMIN})),
    "access:calendar_import": _post(frozenset({ADMIN})),
    "access:roles": _get(KEEPERS),
    "access:settings": _form(frozenset({ADMIN})),
    "access:history": _get(KEEPERS),
    "access:places": _get(frozenset({ADMIN})),
    "access:place_list": _get(frozenset({ADMIN}), lambda *_: {"slug": "windows"}, foreign=200),
    "access:branch_new": _form(frozenset({ADMIN})),
    "access:place_new": _form(frozenset({ADMIN}), lambda *_: {"slug": "posts"}, foreign=200),
    "access:place": _form(frozenset({ADMIN}), _place),
    "access:hours": _form(frozenset({ADMIN}), lambda p, _: {"pk": p.center.pk}),
    "access:hours_remove": _post(
        frozenset({ADMIN}), lambda p, _: {"pk": p.center.pk, "what": "usual", "row": p.hours.pk}
    ),
    # The catalogue.
    "catalogue:counter_items": _get(WINDOW),
    "catalogue:items": _get(STAFF),
    "catalogue:regimes": _get(STAFF),
    "catalogue:item": _get(STAFF, _item),
    "catalogue:version": _get(STAFF, lambda p, _: {"pk": p.item.pk, "number": 1}),
    "catalogue:item_new": _form(EDITORS),
    "catalogue:edit": _form(EDITORS, lambda p, _: {"pk": p.item.pk, "section": "basic"}),
    "catalogue:draft_new": _post(EDITORS, _item),
    "catalogue:draft_discard": _post(EDITORS, _item),
    "catalogue:publish": _post(frozenset({CHIEF}), _item),
    "catalogue:abolish": _post(frozenset({CHIEF}), _item),
    "catalogue:import": _form(frozenset({ADMIN})),
    "catalogue:import_batch": _form(
        frozenset({ADMIN}), lambda p, user: {"batch_id": p.batches[user.pk]}, answers=(200, 302, 422)
    ),
    # The cases.
    "cases:worklist": _get(CASE_READERS),
    "cases:all": _get(CASE_READERS),
    "cases:notices": _get(CASE_READERS),
    "cases:deliveries": _get(CASE_READERS),
    "cases:save-filter": _post(CASE_READERS, lambda *_: {"preset": "all"}, foreign=302),
    "cases:drop-filter": _post(CASE_READERS, lambda p, user: {"pk": p.filters[user.pk]}),
    "cases:hand-over": _post(CASEWORK),
    "cases:find": _post(CASE_READERS),
    "cases:register": _form(WINDOW),
    "cases:filed": _get(WINDOW, _case),
    "cases:printed": _post(WINDOW, _case),
    "cases:detail": _get(CASE_READERS, _case),
    "cases:unmask": _post(CASEWORK, _case),
    "cases:attach": _post(CASEWORK, _case),
    "cases:attachment": _get(CASEWORK, lambda p, _: {"pk": p.attachment.pk}),
    "cases:document": _form(CASE_READERS, lambda p, _: {"pk": p.document.pk}),
    "cases:clock": _get(CASE_READERS, _clock),
    "cases:act": _form(CASEWORK, _act),
    "cases:export": _form(frozenset({CHIEF, SUPERVISOR})),
}


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
