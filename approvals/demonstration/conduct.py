"""Conduct: a round through the hall, complaints about staff, bulletins, checks of closing times."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone

from approvals.demonstration import content
from approvals.demonstration.timeline import Scene, Stage
from hall.access.models import User
from hall.conduct import parameters
from hall.conduct.actions import bulletins, closure_checks, complaints, patrols
from hall.conduct.actions.complaints import Said
from hall.conduct.actions.patrols import Seen
from hall.conduct.enums import Outcome
from hall.conduct.models import Bulletin, ClosureItem, ClosureSample, Complaint, Patrol, Rectification
from hall.facts import actions as facts
from hall.facts.periods import PeriodKind, holding

SUPERVISOR, SECOND, ADMIN = "supervisor", "supervisor.2", "admin"
KEY: Final = next(key for key in parameters.KEYS if key.name == parameters.SAMPLE_PERCENT)
Do = Callable[[datetime], object]


class Conduct:
    """The supervisor's month."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.told = stage, content.conduct()
        self.supervisor = stage.user(SUPERVISOR)

    def scenes(self) -> Iterator[Scene]:
        """Everything, room by room; the timeline puts it in order."""
        yield from self._round()
        for row in self.told["complaint"]:
            yield from self._complaint(row)
        for row in self.told["bulletin"]:
            yield from self._bulletin(row)
        yield from self._check()

    def _round(self) -> Iterator[Scene]:
        row, ago = self.told["round"], self.stage.ago
        yield Scene(ago(row["started"], 10, 10), self._walk)
        yield Scene(ago(row["finished"], 11, 30), self._finish)
        for problem in self.told["problem"]:
            if "answered" in problem:
                yield Scene(ago(problem["answered"], 15, 0), self._put_right(problem))
            if "closed" in problem:
                yield Scene(ago(problem["closed"], 15, 30), self._recheck(problem))

    def _walk(self, at: datetime) -> None:
        """The lines looked at on every stop, with the problems found; `at` is when the round began."""
        row, center = self.told["round"], self.stage.hall.center
        chosen = list(center.windows.filter(number__in=row["windows"]))
        patrol = patrols.start(
            center=center, chosen=chosen, drawn=row["drawn"], seed=row["seed"], by=self.supervisor, at=at
        )
        lines = list(patrol.checklist.lines.all())
        problems = {(p["window"], p["group"]): p for p in self.told["problem"]}
        for number, stop in enumerate(patrol.stops.select_related("window"), start=1):
            window = stop.window.number if stop.window else ""
            looked = row["looked"] if window else row["hall"]
            for line in lines:
                if line.group in looked and line.place == stop.place:
                    seen = _seen(problems.get((window, line.group)))
                    moment = at + timedelta(minutes=6 * number)
                    patrols.record(stop=stop, line=line, seen=seen, by=self.supervisor, at=moment)

    def _finish(self, at: datetime) -> None:
        note = self.told["round"]["note"]
        patrols.finish(patrol=Patrol.objects.get(), note=note, by=self.supervisor, at=at)

    def _put_right(self, problem: Mapping[str, Any]) -> Do:
        def do(at: datetime) -> None:
            row = _rectification(problem)
            department = row.finding.department or next(iter(self.stage.hall.departments.values()))
            chief = self.stage.chief(department.name)
            patrols.answer(rectification=row, text=problem["answer"], by=chief, at=at)

        return do

    def _recheck(self, problem: Mapping[str, Any]) -> Do:
        return lambda at: patrols.recheck(
            rectification=_rectification(problem), passed=True, text=problem["recheck"], by=self.supervisor, at=at
        )

    def _complaint(self, row: Mapping[str, Any]) -> Iterator[Scene]:
        key, ago, by = uuid4(), self.stage.ago, self.supervisor
        hall = self.stage.hall
        said = Said(text=row["text"], about=row["about"], contact_name=row.get("contact_name", ""))
        own: User | None = None if row["channel"] == "web" else by
        yield Scene(
            ago(row["received"], 11, 20),
            lambda at: complaints.receive(
                center=hall.center, said=said, channel=row["channel"], form_key=key, by=own, at=at
            ),
        )
        if "accepted" not in row:
            return
        department = hall.departments[row["department"]]
        chief = self.stage.chief(row["department"])
        chief_staff = chief.staff
        assert chief_staff is not None  # noqa: S101 - every chief of the demonstration is a person

        def of() -> Complaint:
            return Complaint.objects.get(form_key=key)

        yield Scene(
            ago(row["accepted"], 9, 30),
            lambda at: complaints.accept(
                complaint=of(),
                department=department,
                staff=hall.staff[row["staff"]],
                investigator=chief_staff,
                by=by,
                at=at,
            ),
        )
        yield Scene(
            ago(row["reported"], 15, 40),
            lambda at: complaints.report(complaint=of(), text=row["report"], by=chief, at=at),
        )
        yield Scene(
            ago(row["decided"], 16, 20),
            lambda at: complaints.decide(
                complaint=of(), verdict=row["verdict"], reason=row["reason"], answer=row["answer"], by=by, at=at
            ),
        )

    def _bulletin(self, row: Mapping[str, Any]) -> Iterator[Scene]:
        def draft(at: datetime) -> None:
            month = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
            made = bulletins.draft(
                center=self.stage.hall.center, audience=row["audience"], period=month,
                title=f"{month.label}{row['title']}", codes=row["codes"], by=self.supervisor, at=at,
            )  # fmt: skip
            bulletins.submit(bulletin=made, by=self.supervisor, at=at)

        def publish(at: datetime) -> None:
            made = Bulletin.objects.get(title__endswith=row["title"], audience=row["audience"])
            bulletins.publish(bulletin=made, by=self.stage.user(SECOND), at=at)

        yield Scene(self.stage.ago(row["drafted"], 14, 0), draft)
        if "published" in row:
            yield Scene(self.stage.ago(row["published"], 9, 20), publish)

    def _check(self) -> Iterator[Scene]:
        row = self.told["check"]
        yield Scene(self.stage.ago(row["taken"] + 60, 9, 0), self._set_share)
        yield Scene(self.stage.ago(row["taken"], 14, 40), self._take)
        yield Scene(self.stage.ago(row["taken"] - 1, 10, 20), self._judge)

    def _set_share(self, at: datetime) -> None:
        row = self.told["check"]
        facts.add(
            key=KEY, center=self.stage.hall.center, value=row["percent"], source=row["percent_source"],
            effective_from=timezone.localdate(at), by=self.stage.user(ADMIN), at=at,
        )  # fmt: skip

    def _take(self, at: datetime) -> None:
        """The department that closed most last month; where nothing was closed nothing is drawn."""
        month = holding(PeriodKind.MONTH, timezone.localdate(at)).previous()
        closed = {
            name: len(closure_checks.population(department, month))
            for name, department in self.stage.hall.departments.items()
        }
        name = max(closed, key=lambda name: closed[name])
        if closed[name]:
            department = self.stage.hall.departments[name]
            closure_checks.take(department=department, period=month, by=self.supervisor, at=at)

    def _judge(self, at: datetime) -> None:
        row = self.told["check"]
        items = ClosureItem.objects.filter(sample__in=ClosureSample.objects.all()).order_by("fact_key")
        for item, verdict, reason in zip(items, row["verdicts"], row["reasons"], strict=False):
            closure_checks.judge(item=item, verdict=verdict, reason=reason, by=self.supervisor, at=at)


def scenes(stage: Stage) -> Iterator[Scene]:
    """The conduct of this demonstration."""
    return Conduct(stage).scenes()


def _seen(problem: Mapping[str, Any] | None) -> Seen:
    if problem is None:
        return Seen(Outcome.FINE)
    return Seen(Outcome.PROBLEM, text=problem["text"], severity=problem["severity"], points=problem["points"])


def _rectification(problem: Mapping[str, Any]) -> Rectification:
    rows = Rectification.objects.select_related("finding__department")
    return rows.get(finding__window__number=problem["window"], finding__line__group=problem["group"])
