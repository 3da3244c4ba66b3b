"""What is done about a bad grade, from its opening to the published answer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.evaluation.enums import is_bad
from hall.evaluation.models import Evaluation
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.rectification import attempts, deadlines, door, messages, rules
from hall.rectification.enums import RectificationState, Remedy, RevisitOutcome
from hall.rectification.models import Rectification
from hall.rectification.models.rectification import MOST_ROUNDS

R = RectificationState


@transaction.atomic
def open_for(evaluation: Evaluation, *, at: datetime) -> Rectification | None:
    """Open the rectification of a bad grade, in the transaction of its giving. None for a good one; once for each."""
    if not is_bad(evaluation.grade):
        return None
    # Who signed and left no number is still known to the case.
    named = not evaluation.anonymous and (bool(evaluation.phone) or evaluation.invitation_id is not None)
    limits = deadlines.at_opening(evaluation.center, named=named, at=at)
    row, new = Rectification.objects.get_or_create(
        evaluation=evaluation,
        defaults={
            "named": named, "state": R.CONTACTING if named else R.RECTIFYING, "opened_at": at,
            "contact_due": limits.contact, "rectify_due": limits.rectify, "appeal_due": limits.appeal,
        },
    )  # fmt: skip
    if new:
        door.note(row, "opened", by=None, at=at)
        messages.bad_grade(row, at=at)
    return row


def attempt(row: Rectification, *, by: User, at: datetime, note: str) -> Rectification:
    """Record that the person could not be reached. After the last try asked for, the matter itself is put right.

    Tries too close to each other do not count and are refused with the moment the next one counts from.
    """
    with door.opened(row, "attempt", by=by, at=at) as move:
        held = move.row
        said = door.words(note, "note")
        spacing = attempts.spacing_of(held.evaluation.center_id, timezone.localdate(at))
        made = held.steps.filter(deed="attempt").values_list("done_at", flat=True)
        if since := attempts.counts_from(list(made), at, spacing):
            raise Refused(attempts.refusal(since, spacing), field="note")
        move.set(attempts=held.attempts + 1)
        move.say(said)
        if held.attempts >= spacing.tries:
            move.set(unreached_at=at)
            move.to(R.RECTIFYING)
    return move.row


def contact(row: Rectification, *, by: User, at: datetime, note: str) -> Rectification:
    """Record that the person was reached and what is the matter."""
    with door.opened(row, "contact", by=by, at=at) as move:
        move.set(contacted_at=at, contacted_by=by)
        move.say(door.words(note, "note"))
        move.to(R.RECTIFYING)
    return move.row


def rectify(row: Rectification, *, by: User, at: datetime, measure: str) -> Rectification:
    """Record what was put right."""
    return _meet(row, "rectify", Remedy.RECTIFIED, by=by, at=at, measure=measure)


def explain(row: Rectification, *, by: User, at: datetime, measure: str) -> Rectification:
    """Record why nothing could be put right, as it was explained."""
    return _meet(row, "explain", Remedy.ANSWERED, by=by, at=at, measure=measure)


def _meet(row: Rectification, name: str, remedy: Remedy, *, by: User, at: datetime, measure: str) -> Rectification:
    with door.opened(row, name, by=by, at=at) as move:
        said = door.words(measure, "measure")
        move.set(rectified_at=at, rectified_by=by, remedy=remedy, measure=said)
        if move.row.named:
            move.set(revisit_due=deadlines.after(move.row.evaluation.center, deadlines.REVISIT, at))
        move.say(said)
        move.to(R(remedy.value))
    return move.row


def revisit(row: Rectification, *, by: User, at: datetime, outcome: str, note: str) -> Rectification:
    """Record what the person said when asked again; who is not content gets a second round, once."""
    if outcome not in RevisitOutcome.values:
        raise Refused("请选择回访结果。", field="outcome")
    with door.opened(row, "revisit", by=by, at=at) as move:
        if not move.row.named:
            raise Refused("匿名评价没有联系方式，不回访，请直接公开答复。")
        move.say(door.words(note, "note"), outcome)
        if outcome == RevisitOutcome.UNSATISFIED and move.row.rounds < MOST_ROUNDS:
            _once_more(move, at)
        else:
            move.set(revisited_at=at, revisited_by=by, outcome=outcome)
            move.to(R.REVISITED)
    return move.row


def _once_more(move: door.Move, at: datetime) -> None:
    again = deadlines.after(move.row.evaluation.center, deadlines.RECTIFY, at)
    move.set(rounds=move.row.rounds + 1, rectify_due=again, revisit_due=None)
    move.set(rectified_at=None, rectified_by=None, remedy="", measure="")
    move.to(R.RECTIFYING)


def close(row: Rectification, *, by: User, at: datetime, answer: str) -> Rectification:
    """Publish the answer and end the matter. The text is for everybody: nobody's number stands in it."""
    with door.opened(row, "close", by=by, at=at) as move:
        if not rules.may_skip_revisit.test(by, move.row):
            raise Refused("实名差评要先由别人回访，才能公开答复。")
        move.set(answer=door.words(answer, "answer", least=10), closed_at=at, closed_by=by)
        move.to(R.CLOSED)
    return move.row


@transaction.atomic
def reveal(row: Rectification, *, by: User, at: datetime, reason: str) -> str:
    """The telephone number the person left, after who asked and why is on record."""
    held = door.locked(row)
    if not rules.may(by, "reveal", held):
        raise NotPermitted(rules.WHO["reveal"])
    said = door.words(reason, "reason")
    evaluation = held.evaluation
    ledger.append(
        docket=door.docket_of(evaluation), kind="rectification.revealed", center_code=evaluation.center.code, actor=by,
        occurred_at=at, data={"rectification": str(held.pk), "reason": said},
    )  # fmt: skip
    return evaluation.phone or ""
