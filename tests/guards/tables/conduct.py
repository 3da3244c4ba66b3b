"""Addresses of patrols, bulletins, complaints and closure checks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from hall.access.enums import Role
from hall.access.models import User
from hall.conduct.actions import bulletins, complaints, patrols
from hall.conduct.actions.complaints import Said
from hall.conduct.actions.patrols import Seen
from hall.conduct.enums import Outcome, Severity
from hall.conduct.enums import Place as Where
from hall.conduct.models import Bulletin, ClosureItem, ClosureSample, Complaint, Finding
from hall.facts.periods import parse
from tests.builders import make_staff, make_user
from tests.guards.route import (
    AUDITOR,
    CASE_READERS,
    CHIEF,
    STAFF,
    SUPERVISOR,
    Route,
    form,
    get,
    post,
)
from tests.guards.world import PNG, Place

_WALKER = frozenset({SUPERVISOR})
_WATCHERS = frozenset({SUPERVISOR, AUDITOR})
_RECTIFIERS = frozenset({SUPERVISOR, AUDITOR, CHIEF})


class Conduct:
    """One of everything in a place."""

    def __init__(self, place: Place) -> None:
        self.place, self.at = place, timezone.now() - timedelta(minutes=3)
        self.second = make_user(Role.SUPERVISOR, make_staff(center=place.center))
        self._patrols()
        self._bulletins()
        self.complaints = {role: self._complaint_of(role, user) for role, user in place.by_role.items()}
        self._checks()

    def _patrols(self) -> None:
        boss = self.place.supervisor
        facts: dict[str, Any] = {"center": self.place.center, "chosen": (self.place.window,), "by": boss, "at": self.at}
        done = patrols.start(**facts)
        stop, line = done.stops.get(window=self.place.window), done.checklist.lines.filter(place=Where.WINDOW)[0]
        seen = Seen(Outcome.PROBLEM, text="没有去向牌", severity=Severity.MINOR, photo=_PHOTO)
        self.finding: Finding = patrols.record(stop=stop, line=line, seen=seen, by=boss, at=self.at)
        patrols.finish(patrol=done, by=boss, at=self.at)
        self.finding.refresh_from_db()
        self.patrol = patrols.start(**facts)
        self.stop = self.patrol.stops.get(window=self.place.window)
        self.open_finding = patrols.record(stop=self.stop, line=line, seen=seen, by=boss, at=self.at)

    def _bulletins(self) -> None:
        self.internal, self.public = (
            self._bulletin(audience, self.place.supervisor) for audience in ("internal", "public")
        )
        for row in (self.internal, self.public):
            bulletins.submit(bulletin=row, by=self.place.supervisor, at=self.at)
            bulletins.publish(bulletin=row, by=self.second, at=self.at)
        self.draft = self._bulletin("internal", self.place.supervisor)
        self.submitted = bulletins.submit(bulletin=self._bulletin("internal", self.second), by=self.second, at=self.at)

    def _bulletin(self, audience: str, by: User) -> Bulletin:
        return bulletins.draft(
            center=self.place.center, audience=audience, period=parse("2026-01"), title="通报",
            codes=["pledge.zero_complaint"], by=by, at=self.at,
        )  # fmt: skip

    def _complaint(self) -> Complaint:
        row, _ = complaints.receive(
            center=self.place.center, said=Said("态度生硬"), channel="web", form_key=uuid4(), by=None, at=self.at
        )
        return row

    def _complaint_of(self, role: str, user: User) -> tuple[Complaint, str]:
        """One this role may do something to, and what."""
        row, boss = self._complaint(), self.second
        if role == SUPERVISOR:
            return row, "accept"
        about = None if role == CHIEF else user.staff
        chief = self.place.chief
        assert chief.staff is not None
        complaints.accept(
            complaint=row, department=self.place.department, staff=about, investigator=chief.staff, by=boss, at=self.at
        )
        if role == CHIEF:
            return row, "report"
        complaints.report(complaint=row, text="属实", by=chief, at=self.at)
        complaints.decide(complaint=row, verdict="upheld", reason="录像", answer="致歉", by=boss, at=self.at)
        return row, "object"

    def _checks(self) -> None:
        place = {"center": self.place.center, "department": self.place.department}
        drawn = {"drawn_at": self.at, "drawn_by": self.place.supervisor, "seed": "s", "population_digest": "0" * 64}
        self.sample = ClosureSample.objects.create(**place, period="2026-01", percent=5, population=20, **drawn)
        facts = {"docket": self.place.case.docket, "text": "许可", "closed_at": self.at, "recorded_at": self.at}
        self.item = ClosureItem.objects.create(sample=self.sample, fact_key="cases.closed:1", neighbours=0, **facts)


_PHOTO = PNG[:8] + bytes.fromhex("0000000049454e44ae426082")  # a signature and an end: all a cleaner asks for


def _own(place: Place) -> Conduct:
    """Made when the first address asks for it, and again where a request that was taken back took it back too."""
    made: Conduct | None = vars(place).get("conduct")
    if made is None or not ClosureItem.objects.filter(pk=made.item.pk).exists():
        made = vars(place)["conduct"] = Conduct(place)
    return made


def _of(name: str) -> Any:
    return lambda place, _: {"pk": getattr(_own(place), name).pk}


def _rectification(place: Place, _: User) -> dict[str, Any]:
    return {"pk": _own(place).finding.rectification.pk}


def _line(place: Place, _: User) -> dict[str, Any]:
    made = _own(place)
    return {"pk": made.stop.pk, "line": made.open_finding.line_id}


def _complaint(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _own(place).complaints[user.role][0].pk}


def _act(place: Place, user: User) -> dict[str, Any]:
    row, deed = _own(place).complaints[user.role]
    return {"pk": row.pk, "deed": deed}


def _photo(place: Place, _: User) -> dict[str, Any]:
    return {"pk": _own(place).finding.photo_id}


ROUTES: dict[str, Route] = {
    # What every citizen may open.
    "conduct:public_bulletins": get(None),
    "conduct:public_bulletin": get(None, _of("public"), foreign=200),
    "conduct:complaint_public_new": form(None),
    "conduct:complaint_lookup": form(None),
    "conduct:complaint_numbered": form(None, lambda *_: {"number": "1303020012-TS-2026-00001"}, foreign=200),
    # Patrols.
    "conduct:patrols": get(_WATCHERS),
    "conduct:patrols_export": form(_WATCHERS),
    "conduct:patrol_new": form(_WALKER),
    "conduct:patrol_list": form(_WALKER),
    "conduct:patrol": get(_WATCHERS, _of("patrol")),
    "conduct:patrol_finish": post(_WALKER, _of("patrol")),
    "conduct:patrol_stop": form(_WALKER, _of("stop")),
    "conduct:patrol_line": form(_WALKER, _line),
    "conduct:patrol_photo": get(_RECTIFIERS, _photo),
    "conduct:rectifications": get(_RECTIFIERS),
    "conduct:rectifications_export": form(_RECTIFIERS),
    "conduct:rectification": get(_RECTIFIERS, _rectification),
    "conduct:rectification_answer": post(frozenset({CHIEF}), _rectification),
    "conduct:rectification_recheck": post(_WALKER, _rectification),
    # Bulletins.
    "conduct:bulletins": get(CASE_READERS),
    "conduct:bulletins_export": form(CASE_READERS),
    "conduct:bulletin_new": form(_WALKER),
    "conduct:bulletin": get(CASE_READERS, _of("internal")),
    "conduct:bulletin_export": form(CASE_READERS, _of("internal")),
    "conduct:bulletin_edit": post(_WALKER, _of("draft")),
    "conduct:bulletin_submit": post(_WALKER, _of("draft")),
    "conduct:bulletin_return": post(_WALKER, _of("submitted")),
    "conduct:bulletin_publish": post(_WALKER, _of("submitted")),
    "conduct:bulletin_withdraw": post(_WALKER, _of("internal")),
    # Complaints at the desk.
    "conduct:complaints": get(STAFF),
    "conduct:complaints_export": form(_WALKER),
    "conduct:complaint_new": form(_WALKER),
    "conduct:complaint": get(STAFF, _complaint),
    "conduct:complaint_contact": post(_WALKER, _complaint),
    "conduct:complaint_act": post(STAFF, _act),
    # Closure checks.
    "conduct:checks": get(_WATCHERS),
    "conduct:checks_export": form(_WATCHERS),
    "conduct:check_new": form(_WALKER),
    "conduct:check": get(_WATCHERS, _of("sample")),
    "conduct:check_export": form(_WATCHERS, _of("sample")),
    "conduct:check_item": form(_WALKER, _of("item")),
    "conduct:check_card": post(_WALKER, _of("item")),
}
