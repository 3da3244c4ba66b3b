"""Open cases of every kind, each with a history of its own, made through the real actions from a seed."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from random import Random

from approvals.cases import actions
from approvals.cases.models import Case
from approvals.catalogue.models import ItemVersion, PauseGround
from hall.facts.errors import Refused
from hall.organisation.models import OpeningHours
from tests.approvals.cases.ways import MISSING, own_regime
from tests.builders import MONDAY, Hall, accepted_case, make_case, make_item_version

HOUR = timedelta(hours=1)


class Histories:
    """A hall with items under several regimes and limits in every unit."""

    def __init__(self, hall: Hall, seed: int) -> None:
        self.hall, self.random = hall, Random(seed)
        for weekday in range(1, 7):
            OpeningHours.objects.create(center=hall.center, weekday=weekday, opens=time(9), closes=time(17))
        self.lawless = PauseGround.objects.create(
            regime=own_regime(
                extension_count=10, extension_unit="workday", extension_approver="organ_head",
                extension_moves_promise=True, delivery_limit_count=20, delivery_limit_unit="workday",
            ),
            code="redesign", name="方案修改", stops_statute=False,
        )  # fmt: skip
        self.versions = [make_item_version(hall.department, **facts) for facts in LIMITS]
        self.deferring = make_item_version(hall.department, deferrable=("场地证明",))

    def make(self, count: int) -> list[Case]:
        """So many open cases; the kinds take turns."""
        return [KINDS[n % len(KINDS)](self) for n in range(count)]

    @property
    def start(self) -> datetime:
        """Some moment of five weeks; several cases begin on the same day."""
        return MONDAY + timedelta(days=self.random.choice((0, 0, 0, 3, 9, 17, 23, 30)), hours=self.random.randrange(5))

    @property
    def version(self) -> ItemVersion:
        return self.random.choice(self.versions)

    def received(self) -> Case:
        return make_case(self.hall, self.version, at=self.start)

    def told(self) -> Case:
        at = self.start
        case = make_case(self.hall, self.version, at=at, complete=False)
        return actions.notify_supplement(case, by=self.hall.clerk, at=at + HOUR, items=MISSING)

    def accepted(self) -> Case:
        return accepted_case(self.hall, self.version, at=self.start)

    def promised(self) -> Case:
        at = self.start
        case = make_case(self.hall, self.deferring, at=at)
        late = self.deferring.materials.get(name="场地证明")
        return actions.accept_with_promise(case, by=self.hall.clerk, at=at, deferred=[late.pk])

    def stepped(self) -> Case:
        case = self.accepted()
        after = case.accepted_at + timedelta(days=self.random.randrange(1, 5))
        return self.tried(lambda: actions.complete_step(case, by=self.hall.approver, at=after, opinion="符合"), case)

    def stopped(self) -> Case:
        case = self.accepted()
        ground = self.lawless if case.version_filed.regime.code == "local-rule" else self.hall.ground()
        facts = {"ground": ground, "notified_days": self.random.choice((3, 15)), "reason": "专家评审"}
        at = case.accepted_at + timedelta(days=self.random.randrange(4))
        return self.tried(lambda: actions.pause(case, by=self.hall.approver, at=at, **facts), case)

    def resumed(self) -> Case:
        case = self.stopped()
        pause = case.pauses.last()
        if pause is None:
            return case
        after = case.accepted_at + timedelta(days=self.random.randrange(5, 30))
        return self.tried(
            lambda: actions.resume(case, by=self.hall.approver, at=after, ground=pause.ground), case
        )  # fmt: skip

    def extended(self) -> Case:
        case = self.accepted()
        at = case.accepted_at + timedelta(days=1)
        return self.tried(lambda: actions.extend(case, by=self.hall.chief, at=at, reason="案情复杂"), case)

    def granted(self) -> Case:
        case = self.random.choice((self.accepted, self.resumed))()
        after = case.accepted_at + timedelta(days=self.random.randrange(31, 40))
        return self.tried(lambda: actions.grant(case, by=self.hall.approver, at=after), case)

    def denied(self) -> Case:
        case = self.accepted()
        after = case.accepted_at + timedelta(days=2)
        return self.tried(lambda: actions.deny(case, by=self.hall.approver, at=after, reason="面积不符合规定"), case)

    @staticmethod
    def tried(act: Callable[[], Case], case: Case) -> Case:
        """What the law refuses of this case stays undone."""
        try:
            return act()
        except Refused:
            return case


LIMITS: tuple[dict, ...] = (
    {},
    {"promise": (5, "workday"), "steps": (("审查", 3), ("决定", 2))},
    {"promise": (20, "workday"), "statute": (30, "day"), "steps": ()},
    {"promise": (1, "month"), "statute": (2, "month"), "steps": ()},
    {"promise": (48, "hour"), "statute": (20, "workday"), "steps": ()},
    {"promise": (60, "opening_hour"), "statute": (20, "workday"), "steps": ()},
    {"promise": (10, "workday"), "statute": (20, "workday"), "regime": "local-rule", "steps": ()},
    {"promise": (20, "workday"), "statute": None, "regime": "local-rule", "steps": ()},
    {"promise": (200, "workday"), "statute": (250, "workday"), "steps": ()},
)
KINDS = (
    Histories.received, Histories.told, Histories.accepted, Histories.promised, Histories.stepped, Histories.stopped,
    Histories.resumed, Histories.extended, Histories.granted, Histories.denied, Histories.accepted, Histories.stopped,
)  # fmt: skip
