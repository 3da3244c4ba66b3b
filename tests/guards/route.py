"""What one line of the table of addresses says, and the short words the tables are written in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

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


def get(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "GET", own, **more)


def post(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "POST", own, **more)


def form(who: frozenset[str] | None, own: Named | None = None, **more: Any) -> Route:
    return Route(who, "GET POST", own, **more)
