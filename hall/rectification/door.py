"""The door every change of a rectification goes through: lock, right, state; then columns, step and event together.

with door.opened(row, "contact", by=user, at=at) as move:
    move.set(contacted_at=at, contacted_by=user)
    move.to(RectificationState.RECTIFYING)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.evaluation.models import Evaluation
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.privacy.detector import personal_kinds
from hall.rectification import rules, transitions
from hall.rectification.enums import RectificationState
from hall.rectification.models import Rectification, Step


class Move:
    """One change under way: the locked row and what is to be written about it."""

    def __init__(self, row: Rectification, name: str, *, by: User, at: datetime) -> None:
        self.row, self.name, self.by, self.at = row, name, by, at
        self.source = RectificationState(row.state)
        self.round = row.rounds
        self.note, self.outcome = "", ""
        self.due: date | None = row.due[1] if row.due else None
        self._fields: set[str] = set()

    def set(self, **facts: Any) -> None:
        """Change columns."""
        for field, value in facts.items():
            setattr(self.row, field, value)
            self._fields.add(field)

    def to(self, target: RectificationState) -> None:
        """Change the state. Raises Refused where the table has no such arrow."""
        if not transitions.leads_to(self.name, self.source, target):
            raise Refused(f"“{self.source.label}”的差评不能转到“{target.label}”。")
        self.set(state=target)

    def say(self, note: str = "", outcome: str = "") -> None:
        """What the trail keeps of it. The words stay out of the ledger."""
        self.note, self.outcome = note, outcome

    def write(self) -> None:
        """Save, keep the step, append the event; called once, by the door."""
        if self._fields:
            self.row.save(update_fields=sorted(self._fields))
        Step.objects.create(
            rectification=self.row, deed=self.name, before=self.source, after=self.row.state, round=self.round,
            outcome=self.outcome, note=self.note, due=self.due, done_at=self.at, done_by=self.by,
            late=self.due is not None and timezone.localdate(self.at) > self.due,
        )  # fmt: skip
        note(self.row, self.name, by=self.by, at=self.at, to=self.row.state)


@contextmanager
def opened(row: Rectification, name: str, *, by: User, at: datetime) -> Iterator[Move]:
    """Do one line of the table. Raises NotPermitted, or Refused where the state has no such arrow."""
    with transaction.atomic():
        held = locked(row)
        if not rules.may(by, PERMITTED_AS.get(name, name), held):
            raise NotPermitted(rules.WHO[PERMITTED_AS.get(name, name)])
        if not transitions.allowed(name, held.state):
            label = transitions.BY_NAME[name].label
            raise Refused(f"这条差评现在是“{held.get_state_display()}”，不能再办“{label}”，请刷新页面。")
        move = Move(held, name, by=by, at=at)
        yield move
        move.write()


# A strike is the consequence of a decision; whoever may decide may strike.
PERMITTED_AS = {"strike": "decide"}


def locked(row: Rectification) -> Rectification:
    """The row as it is now, held until the transaction ends."""
    rows = Rectification.objects.select_for_update(of=("self",))
    return rows.select_related("evaluation__center", "evaluation__department", "evaluation__invitation").get(pk=row.pk)


def docket_of(evaluation: Evaluation) -> str:
    """The docket an event or message may carry: none where the grade is anonymous, or on paper without a number."""
    return "" if evaluation.anonymous or evaluation.invitation is None else evaluation.invitation.docket


def note(row: Rectification, name: str, *, by: User | None, at: datetime, **data: str) -> None:
    """Write the event of a deed. `data` holds codes and days only."""
    ledger.append(
        docket=docket_of(row.evaluation),
        kind=f"rectification.{name}",
        center_code=row.evaluation.center.code,
        actor=by,
        occurred_at=at,
        data={"rectification": str(row.pk), **data},
    )


def words(text: str, field: str, *, least: int = 2) -> str:
    """A text that says something and holds nobody's number. Raises Refused at the field."""
    said = text.strip()
    if len(said) < least:
        raise Refused("请写明情况，不要留空。", field=field)
    if personal_kinds(said):
        raise Refused("这里不要写证件号、手机号或卡号，请删去。", field=field)
    return said
