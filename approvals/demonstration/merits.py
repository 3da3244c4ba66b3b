"""考核 and stars: schemes put in force, sheets of two months, an objection, attendance, duty, honours from evidence."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone

from approvals.demonstration import content
from approvals.demonstration.timeline import Scene, Stage, on
from hall.access.models import User
from hall.appraisal import parameters
from hall.appraisal.actions import attendance, awards, duty, periods, schemes, sheets
from hall.appraisal.enums import AwardKind, AwardState, Half, Presence, Rhythm, Shift, SubjectKind
from hall.appraisal.models import AppraisalPeriod, Award, DutyTurn, Line, SchemeVersion, Score, ScoreEntry
from hall.appraisal.scoring import NO_EVENT
from hall.facts import actions as facts
from hall.facts.periods import Period
from hall.organisation.models import Staff, Window

SUPERVISOR, SECOND, ADMIN = "supervisor", "supervisor.2", "admin"
KEY: Final = next(key for key in parameters.KEYS if key.name == parameters.MIN_CASES)
HALVES: Final = (Half.MORNING, Half.AFTERNOON)
Subject = Staff | Window


class Merits:
    """Two months: the one that was told to its end, and the one that runs."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.told_of = stage, content.merits()
        self.supervisor = stage.user(SUPERVISOR)
        self.month, self.running = stage.months()

    def scenes(self) -> Iterator[Scene]:
        """Everything; the timeline puts it in order."""
        yield from self._attendance()
        yield from self._duty()
        yield from self._appraisal()
        yield from self._honours()

    # -- attendance and duty ------------------------------------------------------------------------------------------
    def _attendance(self) -> Iterator[Scene]:
        row = self.told_of["attendance"]
        recent = list(self.stage.past[1 : row["recent"] + 1])
        days = sorted({*recent, *self.stage.working_days(self.month)[-row["month"] :]})
        people = [person for person in self.stage.hall.staff.values() if person.window_id is not None]
        for day in days:
            yield Scene(on(day, 16, 30), self._board(day, people))

    def _board(self, day: date, people: Sequence[Staff]) -> Callable[[datetime], object]:
        marks: dict[tuple[int, str], str] = {
            (person.pk, half): Presence.PRESENT for person in people for half in HALVES
        }  # fmt: skip
        for away in self.told_of["attendance"]["away"]:
            if self.stage.past[away["days"]] == day:
                marks[self.stage.hall.staff[away["staff"]].pk, away["half"]] = away["presence"]
        return lambda at: attendance.record(
            center=self.stage.hall.center, day=day, marks=marks, by=self.supervisor, at=at
        )

    def _duty(self) -> Iterator[Scene]:
        row = self.told_of["duty"]
        arranged = self.stage.ago(row["arranged"], 9, 10)
        past = [self.stage.past[n] for n in range(row["arranged"], -1, -1)]
        # Today is past[0] or comes next.
        days = list(dict.fromkeys([*past, *self.stage.coming(row["coming"])]))

        def arrange(at: datetime) -> None:
            people = [self.stage.hall.staff[number] for number in row["people"]]
            for number, day in enumerate(days):
                duty.arrange(
                    center=self.stage.hall.center, day=day, shift=Shift.DAY, staff=people[number % len(people)],
                    by=self.supervisor, at=at,
                )  # fmt: skip

        yield Scene(arranged, arrange)
        for log in self.told_of["log"]:
            yield Scene(self.stage.ago(log["days"], 16, 40), self._log(log))

    def _log(self, log: dict[str, Any]) -> Callable[[datetime], object]:
        def do(at: datetime) -> None:
            turn = DutyTurn.objects.get(day=timezone.localdate(at))
            by = next(user for user in self.stage.hall.users.values() if user.staff_id == turn.staff_id)
            duty.write_log(turn, text=log["text"], handover=log.get("handover", ""), by=by, at=at)

        return do

    # -- appraisal ----------------------------------------------------------------------------------------------------
    def _appraisal(self) -> Iterator[Scene]:
        first = next(day for day in reversed(self.stage.past) if day >= self.month.first)
        yield Scene(on(first, 8, 50), self._put_on)
        sheets = self.told_of["sheets"]
        yield Scene(self._told(sheets["opened"]), self._open_told)
        yield Scene(self._told(sheets["announced"]), self._announce_told)
        yield Scene(self._told(sheets["frozen"]), self._freeze_told)
        yield Scene(self.stage.ago(0, 8, 55), self._open_running)
        yield Scene(self.stage.ago(0, 9, 0), self._object)
        yield Scene(self.stage.ago(0, 9, 5), self._mark)

    def _told(self, days: int) -> datetime:
        """So many working days ago: the month told was over then, by the choice of that month."""
        return self.stage.ago(days, 9, 40)

    def _put_on(self, at: datetime) -> None:
        for model in SchemeVersion.objects.filter(center__isnull=True, rhythm=Rhythm.MONTH):
            made = schemes.draft_from(model, center=self.stage.hall.center, by=self.supervisor, at=at)
            schemes.put_on(made, by=self.supervisor, at=at)

    def _open_told(self, at: datetime) -> None:
        """The sheets of the month told."""
        for version in self._in_force():
            periods.open_period(version, code=self.month.code, by=self.supervisor, at=at)

    def _announce_told(self, at: datetime) -> None:
        for period in self._sheets_told():
            periods.announce(period, by=self.supervisor, at=at)

    def _freeze_told(self, at: datetime) -> None:
        """Without this no honour of the month could be published."""
        for period in self._sheets_told():
            periods.freeze(period, by=self.supervisor, at=at)

    def _sheets_told(self) -> list[AppraisalPeriod]:
        return list(AppraisalPeriod.objects.filter(center=self.stage.hall.center, code=self.month.code))

    def _open_running(self, at: datetime) -> None:
        """The sheets of the month after, opened once and late: each opening counts every sheet."""
        for version in self._in_force():
            if version.subject != SubjectKind.WINDOW and self.running.first <= timezone.localdate(at):
                periods.open_period(version, code=self.running.code, by=self.supervisor, at=at)

    def _in_force(self) -> list[SchemeVersion]:
        return list(SchemeVersion.objects.filter(center=self.stage.hall.center, on_at__isnull=False))

    def _object(self, at: datetime) -> None:
        """Whoever lost points by a fact, and can log in, objects; where nobody lost any, a point that was given."""
        users: dict[int | None, User] = {user.staff_id: user for user in self.stage.hall.users.values()}
        running = AppraisalPeriod.objects.filter(code=self.running.code, version__subject=SubjectKind.PERSON)
        entries = ScoreEntry.objects.filter(
            score__period__in=running, score__staff__in=[pk for pk in users if pk]
        ).exclude(key__in=NO_EVENT)
        entry = entries.select_related("score").order_by("points", "pk").first()
        if entry is not None:
            grounds = self.told_of["objection"]["grounds"]
            sheets.object_to(entry, grounds=grounds, by=users[entry.score.staff_id], at=at)

    def _mark(self, at: datetime) -> None:
        """Points by judgement that wait for a second person."""
        row = self.told_of["mark"]
        staff = self.stage.hall.staff[row["staff"]]
        score = Score.objects.filter(period__code=self.running.code, staff=staff).first()
        if score is None:
            return
        line = Line.objects.get(version=score.period.version_id, name=row["line"])
        points = Decimal(row["points"])
        sheets.mark(score, line=line, points=points, evidence=row["evidence"], by=self.supervisor, at=at)

    # -- honours ------------------------------------------------------------------------------------------------------
    def _honours(self) -> Iterator[Scene]:
        row, hall = self.told_of["awards"], self.stage.hall
        people = sorted(hall.staff.values(), key=lambda one: one.number != self.told_of["star"]["first"])
        windows = sorted(hall.center.windows.all(), key=lambda one: one.number != self.told_of["banner"]["first"])
        set_up = self.stage.ago(120, 9, 30)
        yield Scene(set_up, self._set_least)
        yield Scene(self._told(row["nominated"]).replace(hour=15), self._nominate(people, AwardKind.STAR, "star"))
        yield Scene(self._told(row["nominated"]).replace(hour=16), self._nominate(windows, AwardKind.BANNER, "banner"))
        yield Scene(self._told(row["published"]).replace(hour=15), self._publish)

    def _set_least(self, at: datetime) -> None:
        row = self.told_of["awards"]
        facts.add(
            key=KEY, center=self.stage.hall.center, value=row["least"], source=row["least_source"],
            effective_from=timezone.localdate(at), by=self.stage.user(ADMIN), at=at,
        )  # fmt: skip

    def _nominate(self, subjects: Sequence[Subject], kind: AwardKind, word: str) -> Callable[[datetime], object]:
        def do(at: datetime) -> None:
            chosen = first_eligible(subjects, self.month, at)
            if chosen is not None:
                evidence = self.told_of[word]["evidence"]
                awards.nominate(
                    chosen, kind=kind, period=self.month, evidence=evidence, by=self.supervisor, at=at
                )  # fmt: skip

        return do

    def _publish(self, at: datetime) -> None:
        for award in Award.objects.filter(state=AwardState.NOMINATED):
            word = "banner" if award.kind == AwardKind.BANNER else "star"
            awards.publish(award, reasons=self.told_of[word]["reasons"], by=self.stage.user(SECOND), at=at)


def scenes(stage: Stage) -> Iterator[Scene]:
    """The merits of this demonstration."""
    return Merits(stage).scenes()


def first_eligible(subjects: Sequence[Subject], month: Period, at: datetime) -> Subject | None:
    """The first of those who fulfil every condition, asked the way the room itself asks."""
    for subject in subjects:
        if all(condition.ok for condition in awards.judged(subject, month, timezone.localdate(at))):
            return subject
    return None
