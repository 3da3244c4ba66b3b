"""A spring whose every case was made to be counted by hand: what each one counts as is written beside it."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from approvals.cases import actions
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Case
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment
from tests.hall.dashboard.builders import rolled

# Monday, 13 April 2026: no holiday is near until the first of May.
MONDAY: Final = moment("2026-04-13 10:00")
SPRING: Final = {"period": "2026-04-01..2026-06-30"}
WHY: Final = "测试用的理由"
DONE: Final = ("filed", "accepted", "decided", "closed")
GRANTED: Final = (*DONE, "granted", "timed")
COMPARED: Final = (*GRANTED, "compressed")
# What each case counts as, by name; sums of days stand in DAYS.
COUNTS: Final[dict[str, tuple[str, ...]]] = {
    "early": (*COMPARED, "on_time", "early"),
    "last_day": (*COMPARED, "on_time"),
    "late": (*COMPARED, "late"),
    "paused": (*COMPARED, "on_time"),
    "denied": (*DONE, "timed", "compressed", "on_time", "early"),
    "instant": (*GRANTED, "on_time"),
    "instant_late": (*GRANTED, "late"),
    "by_statute": (*GRANTED, "on_time", "early"),
    "unlimited": (*DONE, "granted"),
    "voided": ("filed",),
    "withdrawn": ("filed", "accepted", "closed"),
    "refused": ("filed", "closed"),
    "moved": (*COMPARED, "on_time", "early"),
    "online": ("filed", "online", "accepted"),
    "waiting": ("filed", "accepted"),
    "unaccepted": ("filed",),
}
# Working days by law, as promised, and as it was.
DAYS: Final[dict[str, tuple[int, int, int]]] = {
    "early": (20, 3, 1), "last_day": (20, 3, 3), "late": (20, 3, 4), "paused": (20, 3, 3), "denied": (20, 3, 2),
    "moved": (20, 3, 1),
}  # fmt: skip
# The day of each moment, where it is not Monday the 13th: decided and closed.
DECIDED: Final = {
    "early": "04-14", "last_day": "04-16", "late": "04-17", "paused": "04-23", "denied": "04-15", "instant": "04-13",
    "instant_late": "04-14", "by_statute": "04-14", "unlimited": "04-20", "moved": "04-14",
}  # fmt: skip


def later(days: int) -> datetime:
    """So many calendar days after that Monday, at the same hour."""
    return MONDAY + timedelta(days=days)


class Season:
    """One hall with one case of every kind; `cases` holds them by name."""

    def __init__(self) -> None:
        self.hall = hall = Hall()
        place, three = hall.department, (3, "workday")
        self.promised = make_item_version(place, promise=three)
        self.instant = make_item_version(place, case_kind="instant", promise=(0, "workday"))
        self.by_law = make_item_version(place, promise=None, statute=(5, "workday"))
        self.unlimited = make_item_version(place, promise=None, statute=None)
        self.cases: dict[str, Case] = {}
        self._granted()
        self._other_ends()
        self._open()
        rolled()

    def _accept(self, name: str, version: object = None) -> Case:
        self.cases[name] = accepted_case(self.hall, version or self.promised, at=MONDAY)  # type: ignore[arg-type]
        return self.cases[name]

    def _grant(self, case: Case, days: int) -> None:
        case = actions.grant(case, by=self.hall.approver, at=later(days))
        actions.deliver(case, by=self.hall.clerk, at=later(days), method="collected")

    def _granted(self) -> None:
        for name, days, version in (
            ("early", 1, self.promised), ("last_day", 3, self.promised), ("late", 4, self.promised),
            ("instant", 0, self.instant), ("instant_late", 1, self.instant), ("by_statute", 1, self.by_law),
            ("unlimited", 7, self.unlimited),
        ):  # fmt: skip
            self._grant(self._accept(name, version), days)
        self._pause(self._accept("paused"))
        self._move()

    def _pause(self, case: Case) -> None:
        """Stopped on Tuesday, on again the next Tuesday: five working days that do not count."""
        hall = self.hall
        ground = hall.ground()
        case = actions.pause(case, by=hall.approver, at=later(1), ground=ground, notified_days=5, reason=WHY)
        case = actions.resume(case, by=hall.approver, at=later(8), ground=ground)
        self._grant(case, 10)

    def _move(self) -> None:
        """Received on the Friday before, as two people found out afterwards."""
        case = self._accept("moved")
        hall, friday = self.hall, (MONDAY - timedelta(days=3)).isoformat()
        field = CorrectableField.RECEIVED_AT
        asked = actions.propose_correction(case, by=hall.clerk, at=MONDAY, field=field, value=friday, reason=WHY)
        actions.review_correction(asked, by=hall.approver, at=MONDAY, agreed=True)
        self._grant(Case.objects.get(pk=case.pk), 1)

    def _other_ends(self) -> None:
        hall = self.hall
        denied = actions.deny(self._accept("denied"), by=hall.approver, at=later(2), reason=WHY)
        actions.deliver(denied, by=hall.clerk, at=later(2), method="collected")
        actions.withdraw(self._accept("withdrawn"), by=hall.clerk, at=later(1), reason=WHY)
        self.cases["voided"] = make_case(hall, self.promised, at=MONDAY)
        actions.void(self.cases["voided"], by=hall.chief, at=later(1), reason=WHY)
        self.cases["refused"] = make_case(hall, self.promised, at=MONDAY)
        actions.refuse(
            self.cases["refused"], by=hall.clerk, at=MONDAY, reason=WHY, competent_organ={"name": "市水务局"}
        )

    def _open(self) -> None:
        self.cases["online"] = accepted_case(self.hall, self.promised, at=MONDAY, channel="online")
        self._accept("waiting", self.by_law)
        self.cases["unaccepted"] = make_case(self.hall, self.unlimited, at=MONDAY)

    def names(self, found: object) -> set[str]:
        """What the cases of a list are called here."""
        dockets = {case.docket: name for name, case in self.cases.items()}
        return {dockets[case.docket] for case in found}  # type: ignore[attr-defined]


def counting(code: str) -> set[str]:
    """The names of the cases a measure counts."""
    return {name for name, codes in COUNTS.items() if code in codes}


def expected() -> Counter[str]:
    """Every measure of the whole season."""
    total = Counter(code for codes in COUNTS.values() for code in codes)
    for code, column in (("statute_days", 0), ("promise_days", 1), ("actual_days", 2)):
        total[code] = sum(days[column] for days in DAYS.values())
    return total
