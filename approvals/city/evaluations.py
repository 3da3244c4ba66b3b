"""What the made-up citizens thought: an invitation for every closed case, an answer for about two in five."""

from datetime import timedelta
from random import Random
from typing import Final
from uuid import uuid4

from approvals.city.copying import Sheet
from approvals.city.distribution import Weighted
from approvals.city.rows import Made
from hall.evaluation.enums import Grade, Origin, Via
from hall.evaluation.models import Evaluation, Invitation
from hall.ledger.uuids import uuid7
from hall.privacy.indexes import keyed_digest

ANSWERED: Final = 0.41
_GRADES: Final = Weighted((Grade.VERY_GOOD, Grade.GOOD, Grade.FAIR, Grade.BAD, Grade.VERY_BAD), (830, 120, 35, 10, 5))
_WAYS: Final = Weighted((Via.PAD, Via.QR, Via.LOOKUP, Via.MESSAGE), (70, 10, 8, 12))


class Voice:
    """The sheets of the evaluation room."""

    def __init__(self, random: Random) -> None:
        self.random = random
        place = ("center", "department", "window", "handler", "item_code", "item_name")
        self.invitations = Sheet(Invitation, ("id", "docket", *place, "closed_at", "channel", "token_digest"))
        self.evaluations = Sheet(
            Evaluation, ("id", "invitation", *place, "grade", "reasons", "anonymous", "via", "origin", "active",
                         "given_at")
        )  # fmt: skip

    @property
    def all(self) -> tuple[Sheet, ...]:
        """In the order the references ask for."""
        return (self.invitations, self.evaluations)

    def hear(self, made: Made) -> None:
        """Invite where the case is over and was no mistake of entry; some answer within three days."""
        closed = made.story.closed_at
        if closed is None or made.story.outcome == "voided":
            return
        pk = uuid7()
        place = (
            made.desk.center.pk, made.desk.department.pk, made.window.pk, made.clerk.staff_id,
            made.version.item.code, made.version.name,
        )  # fmt: skip
        digest = keyed_digest("city.token", made.docket.encode())
        self.invitations.add(pk, made.docket, *place, closed, made.channel, digest)
        if self.random.random() < ANSWERED:
            given = closed + timedelta(minutes=self.random.randrange(1, 30))
            self.evaluations.add(
                uuid4(), pk, *place, int(_GRADES.draw(self.random)), "{}", self.random.random() < 0.7,
                _WAYS.draw(self.random).value, Origin.CITIZEN.value, True, given,
            )  # fmt: skip
