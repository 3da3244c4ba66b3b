"""What people are told of cards, in their inbox: the person, and the chief representative, who may answer too."""

from datetime import datetime

from hall.outbox import actions as outbox
from hall.outbox.actions import NewMessage
from hall.supervision.models import AccountabilityRecord, Card, Signal


def tell(card: Card, about: str, *, at: datetime) -> None:
    """`about`: raised, upheld, revoked, confirmed, overturned, withdrawn; templates/outbox/supervision_<about>.txt."""
    due = card.appeal_due if about == "upheld" else card.feedback_due
    context = {
        "card": card.number,
        "colour": str(card.get_colour_display()),
        "due": f"{due.month}月{due.day}日" if due else "",
        "ground": str(card.get_ground_display()),
    }
    outbox.enqueue_many(
        NewMessage(
            docket=card.docket,
            channel="inbox",
            template=f"supervision_{about}",
            recipient_kind="staff",
            recipient_ref=str(staff),
            dedupe_key=f"card|{card.pk}|{about}|{staff}",
            context=context,
            available_at=at,
        )
        for staff in sorted(pk for pk in {card.staff_id, card.chief_id} if pk is not None)
    )


def tell_signal(signal: Signal, *, chief: int | None, at: datetime) -> None:
    """The chief representative; the handler of a case is told of its clocks by the cases themselves."""
    if chief is None:
        return
    outbox.enqueue(
        docket=signal.docket,
        channel="inbox",
        template="supervision_signal",
        recipient_kind="staff",
        recipient_ref=str(chief),
        dedupe_key=f"signal|{signal.pk}|{chief}",
        context={"rule": signal.rule.name, "fact": signal.fact_text},
        available_at=at,
    )


def tell_record(record: AccountabilityRecord, about: str, *, at: datetime) -> None:
    """The person concerned, that a record was served or ended; the text says no more than its number."""
    if record.staff_id is None:
        return
    outbox.enqueue(
        docket="",
        channel="inbox",
        template=f"supervision_record_{about}",
        recipient_kind="staff",
        recipient_ref=str(record.staff_id),
        dedupe_key=f"accountability|{record.pk}|{about}|{record.staff_id}",
        context={"record": record.number},
        available_at=at,
    )
