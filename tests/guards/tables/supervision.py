"""Addresses of 电子监察: desk, cards, rules, trials, accountability. What is named is made on demand."""

from typing import Any, Final

from django.utils import timezone

from hall.access.models import User
from hall.supervision.actions import accountability, raise_by_hand
from hall.supervision.actions import rules as rule_actions
from hall.supervision.actions.accountability import Ground
from hall.supervision.actions.raising import Subject
from hall.supervision.enums import Origin
from hall.supervision.models import AccountabilityRecord, Card, SuperviseRule, Trial
from tests.guards.route import AUDITOR, CASEWORK, STAFF, SUPERVISOR, Route, form, get, post
from tests.guards.world import Place

WATCHING: Final = frozenset({SUPERVISOR, AUDITOR})
KEEPING: Final = frozenset({SUPERVISOR})
READING: Final = CASEWORK | WATCHING


def _whose(place: Place, user: User) -> User:
    """Casework is asked about itself, those who watch about the clerk."""
    return user if user.role in CASEWORK else place.clerk


def _made(place: Place, user: User) -> Card:
    """The card of a person, made when it is first asked for; a request that was taken back took it back too."""
    staff, key, now = _whose(place, user).staff, f"guard:{_whose(place, user).pk}", timezone.now()
    assert staff is not None
    return Card.objects.filter(fact_key=key).first() or raise_by_hand(
        colour="red", subject=Subject(place.center, place.department, None, staff), reason="上班时间不在岗。",
        basis="工作纪律第三条", happened_at=now, fact_key=key, by=place.supervisor, at=now,
    )  # fmt: skip


def _card(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _made(place, user).pk}


def _act(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _made(place, user).pk, "deed": "answer" if user.role in CASEWORK else "revoke"}


def _version(place: Place, _: User) -> dict[str, Any]:
    draft = rule_actions.draft(SuperviseRule.objects.get(code="due_soon"), by=place.supervisor, at=timezone.now())
    return {"pk": draft.pk}


def _trial(place: Place, _: User) -> dict[str, Any]:
    facts = {"center": place.center, "period": "2026-04", "tried_by": place.supervisor}
    trial = Trial.objects.filter(**facts).first() or Trial.objects.create(**facts, tried_at=timezone.now())
    return {"pk": trial.pk}


def _found(place: Place, user: User) -> AccountabilityRecord:
    staff = place.clerk.staff if user.role == SUPERVISOR else user.staff
    assert staff is not None
    return AccountabilityRecord.objects.filter(staff=staff).first() or accountability.open_record(
        subject=Subject(place.center, None, None, staff), ground=Ground(Origin.HAND), finding="值班脱岗。",
        by=place.supervisor, at=timezone.now(),
    )  # fmt: skip


def _record(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _found(place, user).pk}


def _record_act(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _found(place, user).pk, "deed": "measure" if user.role == SUPERVISOR else "object"}


def _code(*_: object) -> dict[str, Any]:
    return {"code": "over_promise"}


ROUTES: Final[dict[str, Route]] = {
    "supervision:desk": get(WATCHING),
    "supervision:signals": get(READING),
    "supervision:signals-export": form(READING),
    "supervision:my-cards": get(CASEWORK),
    "supervision:my-cards-export": form(CASEWORK),
    "supervision:cards": get(WATCHING),
    "supervision:cards-export": form(WATCHING),
    "supervision:card-new": form(KEEPING),
    "supervision:card": get(READING, _card),
    "supervision:card-act": form(CASEWORK | KEEPING, _act),
    "supervision:rules": get(WATCHING),
    "supervision:rules-export": form(WATCHING),
    "supervision:rule": get(WATCHING, _code, foreign=200),
    "supervision:rule-draft": post(KEEPING, _code, foreign=302),
    "supervision:version-edit": form(KEEPING, _version),
    "supervision:version-discard": post(KEEPING, _version),
    "supervision:version-on": form(KEEPING, _version),
    "supervision:version-off": form(KEEPING, _version, answers=(302,)),  # a draft is not on
    "supervision:trial-new": form(KEEPING),
    "supervision:trial": get(WATCHING, _trial),
    "supervision:trial-export": form(KEEPING, _trial),
    "supervision:records": get(WATCHING),
    "supervision:records-export": form(WATCHING),
    "supervision:record-new": form(KEEPING),
    "supervision:record": get(STAFF, _record),
    "supervision:record-act": form(STAFF, _record_act),
}
