"""The door every change of a case goes through (law 8): lock, legality, version, right, time; then state and event.

    with door.opened(case, "accept", by=user, at=at, seen=3) as move:
        move.set(accepted_at=at, accepted_by=user)
        move.to(CaseState.REVIEWING)

Leaving the block saves the changed columns, appends the event and rewrites the clocks, all in one transaction; an
exception undoes everything.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import OperationalError, transaction
from psycopg2.errors import LockNotAvailable

from approvals.cases import catching_up, clockwork, closing, rules, transitions
from approvals.cases.enums import CaseState
from approvals.cases.errors import Stale
from approvals.cases.models import Case
from hall.access.models import User
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.ledger.models import Event
from hall.organisation.queries import open_absence

# Two hosts' clocks may differ a little; more than this is a date typed wrong (reliability T13).
CLOCK_SKEW: Final = timedelta(minutes=2)
# The chain of facts, in the order they may happen.
_TIMES: Final = ("received_at", "accepted_at", "decided_at", "delivered_at", "closed_at")


class Move:
    """One change under way: the locked case and what is to be written about it."""

    def __init__(self, case: Case, name: str, *, by: User | None, at: datetime) -> None:
        self.case, self.name, self.by = case, name, by
        # A host a minute behind writes nothing before what already happened: facts stay in their order.
        self.at = max(at, latest(case))
        self.source = CaseState(case.state)
        self.data: dict[str, Any] = {}
        self._fields: set[str] = set()

    def set(self, **facts: Any) -> None:
        """Change columns of the case."""
        for field, value in facts.items():
            setattr(self.case, field, value)
            self._fields.add(field)

    def to(self, target: CaseState) -> None:
        """Change the state. Raises Refused where the table has no such arrow."""
        if not transitions.leads_to(self.name, self.source, target):
            raise Refused(f"“{self.source.label}”的办件不能转到“{target.label}”。")
        self.set(state=target)

    def say(self, **facts: Any) -> None:
        """Add facts to the event. Never personal data: numbers, dates, codes and official document numbers only."""
        self.data.update(facts)

    def close(self, code: str, reason: str = "") -> None:
        """The case ends at this moment with a result code of the exchange tables."""
        self.set(closed_at=self.at, closing_code=code, closing_reason=reason)

    def write(self) -> Event:
        """Save, append, recompute; called once, by the door."""
        self.set(version=self.case.version + 1)
        self.case.save(update_fields=sorted(self._fields))
        data = {**self.data, "version": self.case.version}
        if self.case.state != self.source:
            data |= {"from": self.source.value, "to": self.case.state}
        if self._stands_in():
            data["acting_for"] = self.case.handler.number
        event = ledger.append(
            docket=self.case.docket,
            kind=f"case.{self.name}",
            center_code=self.case.center.code,
            actor=self.by,
            occurred_at=self.at,
            data=data,
        )
        clockwork.refresh(self.case, at=self.at)
        closing.follow(self.case, self.source, at=self.at)
        return event

    def _stands_in(self) -> bool:
        """Whether the deputy acts for an absent handler: both go on the record (职位代理制)."""
        if self.by is None or self.by.staff_id in (None, self.case.handler_id):
            return False
        absence = open_absence(self.case.handler, self.at)
        return absence is not None and absence.acting_id == self.by.staff_id


def latest(case: Case) -> datetime:
    """The last moment of the chain of facts; nothing that follows may come before it."""
    return max(moment for field in _TIMES if (moment := getattr(case, field)) is not None)


def lock(case: Case) -> Case:
    """The case as it is now, held until the transaction ends.

    Waits as long as the session's lock_timeout says, then raises Refused: somebody else is at it right now.
    """
    # The bare row first: a locking read with joins waits for the other's commit and then checks the old joined rows, so
    # a case whose handler just changed would seem to be gone.
    try:
        Case.objects.select_for_update().only("pk").get(pk=case.pk)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Refused("别人正在办理这件办件，请稍候再提交一次。") from error
        raise
    whole = Case.objects.select_related(
        "center__region", "department", "version_filed__regime", "handler", "version_filed__item", "extension"
    )
    return catching_up.read(whole, case.pk)


def require(case: Case, name: str, *, by: User | None, at: datetime, seen: int | None) -> None:
    """Raise the sentence why `name` may not happen to the locked case, in the order a person should hear it."""
    line = transitions.BY_NAME[name]
    if seen is not None and seen != case.version:
        raise Stale(events_since(case, seen))
    if not transitions.allowed(name, case.state):
        raise Refused(f"办件在“{CaseState(case.state).label}”环节，不能办理“{line.label}”。")
    if name in rules.SYSTEM_ONLY:
        if by is not None:
            raise NotPermitted("这一步由系统按期限自动办理。")
    elif by is None or not (name in rules.BY_CORRECTION_ONLY or rules.may(by, name, case)):
        raise NotPermitted(rules.who_may(name))
    if at + CLOCK_SKEW < latest(case):
        raise Refused("时间不能早于办件已有的经过。", field="at")


def events_since(case: Case, version: int) -> list[Event]:
    """What happened to the case after the version a person saw."""
    return [
        event
        for event in Event.objects.filter(docket=case.docket).select_related("actor__staff").order_by("id")
        if event.data.get("version", 0) > version
    ]


@contextmanager
def opened(case: Case, name: str, *, by: User | None, at: datetime, seen: int | None = None) -> Iterator[Move]:
    """Lock the case for one transition of the table. Raises Refused, NotPermitted or Stale with a sentence."""
    with transaction.atomic():
        locked = lock(case)
        require(locked, name, by=by, at=at, seen=seen)
        if locked.calendar_changing:
            catching_up.catch_up([locked.pk], at=at, token=locked.calendar_token)
        move = Move(locked, name, by=by, at=at)
        yield move
        move.write()
        locked.calendar_token = None  # whoever goes on with this case counts by the calendar of that moment
