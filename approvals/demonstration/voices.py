"""What people say of their cases: on the pad, by the code on the result, by message, on the look-up page, on paper."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.utils import timezone

from approvals.demonstration import content
from approvals.demonstration.acts import Course
from approvals.demonstration.timeline import Scene, Stage, on
from hall.access.models import User
from hall.evaluation import actions
from hall.evaluation.actions import Answer, Sheet
from hall.evaluation.enums import Origin, Via
from hall.evaluation.models import BoxOpening, Evaluation, Invitation, PaperBox
from hall.rectification.actions import appealing, rectifying
from hall.rectification.models import Rectification

SEED: Final = 734
# The acts that end a case other than by mistake.
ENDS: Final = frozenset({"deliver", "post", "not_required", "refuse", "withdraw", "end", "confirm_return"})
# A named answer stands on the timeline of its case; what was archived meanwhile is left alone.
RECENT: Final = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Closing:
    """A case that ended, and when."""

    at: datetime
    course: Course


class Voices:
    """Every closed case speaks at most once: the bad grades choose first, then paper, then the others by chance."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.said = stage, content.voices()
        self.random = Random(SEED)  # noqa: S311 - a repeatable demonstration, nothing secret
        archived = {id(act.course) for act in stage.acts if act.act == "archive"}
        self.left = [
            Closing(act.at, act.course)
            for act in stage.acts
            if act.act in ENDS and id(act.course) not in archived and act.at > stage.at - RECENT
        ]

    def scenes(self) -> Iterator[Scene]:
        """Everything that is said and what follows from it."""
        for row in sorted(self.said["bad"], key=lambda row: -row["given"]):
            yield from self._bad(row)
        yield from self._on_paper()
        yield from self._good()

    def _latest(self, before: datetime) -> Closing | None:
        """The newest closed case nobody has spoken of."""
        known = [closing for closing in self.left if closing.at < before]
        if not known:
            return None
        found = max(known, key=lambda closing: closing.at)
        self.left.remove(found)
        return found

    def _bad(self, row: Mapping[str, Any]) -> Iterator[Scene]:
        given = self.stage.ago(row["given"], 15, 10)
        closing = self._latest(given)
        if closing is None:
            return
        course = closing.course
        yield Scene(given, lambda at: _give(course, row, at))
        for step in row.get("steps", ()):
            yield Scene(self.stage.ago(step["days"], 10, 40), self._step(course, step))

    def _step(self, course: Course, step: Mapping[str, Any]) -> Callable[[datetime], object]:
        def do(at: datetime) -> None:
            row = Rectification.objects.get(evaluation__invitation__docket=course.filed.docket)
            DEEDS[step["deed"]](row, self._who(course, step["deed"]), at, step)

        return do

    def _who(self, course: Course, deed: str) -> User:
        """The chief puts it right, a supervisor asks afterwards, answers and decides, the person appeals."""
        if deed in ("revisit", "close", "decide"):
            return self.stage.user("supervisor")
        return course.clerk if deed == "appeal" else course.chief

    def _good(self) -> Iterator[Scene]:
        share, lines = self.said["share"], self.said["good"]
        approval = next(iter(self.stage.hall.departments.values())).pk
        for closing in self.left:
            wanted = share["approval" if closing.course.version.item.department_id == approval else "others"]
            line = self.random.choices(lines, [line["weight"] for line in lines])[0]
            way, minutes = self.random.choice(self.said["way"]), self.random.randint(4, 40)
            anonymous = self.random.random() < 0.4
            if self.random.random() > wanted:
                continue
            at = closing.at + timedelta(minutes=minutes)
            if way["days"]:
                at = on(timezone.localdate(closing.at) + timedelta(days=way["days"]), 9 + minutes % 7, minutes)
            yield Scene(at, _saying(closing.course, {**line, "via": way["via"], "anonymous": anonymous}))

    def _on_paper(self) -> Iterator[Scene]:
        box, supervisor, hall = self.said["box"], self.stage.user("supervisor"), self.stage.hall
        opened = self.stage.ago(box["opened"], 16, 0)
        named = {row["serial"]: self._latest(on(timezone.localdate(opened), 0)) for row in self.said["paper"]
                 if row.get("case")}  # fmt: skip

        def open_it(at: datetime) -> None:
            place = PaperBox.objects.get(center=hall.center, name=box["name"])
            actions.open_box(
                box=place, opened_at=at, witness=hall.staff[box["witness"]], forms_found=box["found"],
                note=box["note"], by=supervisor, at=at,
            )  # fmt: skip

        def enter(at: datetime) -> None:
            sheets = [self._sheet(row, named.get(row["serial"]), opened) for row in self.said["paper"]]
            found = [sheet for sheet in sheets if sheet is not None]
            actions.enter_paper(opening=BoxOpening.objects.get(), sheets=found, by=supervisor, at=at)

        yield Scene(
            self.stage.ago(box["placed"], 9, 0),
            lambda at: actions.place_box(center=hall.center, name=box["name"], by=supervisor, at=at),
        )
        yield Scene(opened, open_it)
        yield Scene(opened + timedelta(minutes=20), enter)

    def _sheet(self, row: Mapping[str, Any], closing: Closing | None, opened: datetime) -> Sheet | None:
        if row.get("case") and closing is None:
            return None
        return Sheet(
            serial=row["serial"],
            given_on=timezone.localdate(opened),
            answer=_answer({"anonymous": True, **row}, phone=""),
            docket=closing.course.filed.docket if closing else "",
            department=self.stage.hall.departments.get(row.get("department", "")),
            item_name=row.get("item", ""),
        )


def scenes(stage: Stage) -> Iterator[Scene]:
    """The voices of this demonstration."""
    return Voices(stage).scenes()


def _answer(row: Mapping[str, Any], *, phone: str) -> Answer:
    anonymous = row.get("anonymous", False)
    return Answer(
        grade=row["grade"], anonymous=anonymous, reasons=tuple(row["reasons"]), text=row.get("text", ""),
        phone="" if anonymous else phone,
    )  # fmt: skip


def _saying(course: Course, row: Mapping[str, Any]) -> Callable[[datetime], object]:
    return lambda at: _give(course, row, at)


def _give(course: Course, row: Mapping[str, Any], at: datetime) -> Evaluation:
    """As the page of the link or the pad does it; on the pad a clerk has asked for it a minute before."""
    invitation = Invitation.objects.live().get(docket=course.filed.docket)
    if row["via"] == Via.PAD:
        asking = actions.ask(invitation=invitation, by=course.clerk, at=at)
        actions.mark_shown(asking=asking, at=at)
    answer = _answer(row, phone=course.application.applicant.phone)
    return actions.give(invitation=invitation, answer=answer, via=row["via"], origin=Origin.CITIZEN, at=at)


Deed = Callable[[Rectification, User, datetime, Mapping[str, Any]], object]
DEEDS: Final[Mapping[str, Deed]] = {
    "contact": lambda row, by, at, step: rectifying.contact(row, by=by, at=at, note=step["note"]),
    "rectify": lambda row, by, at, step: rectifying.rectify(row, by=by, at=at, measure=step["note"]),
    "explain": lambda row, by, at, step: rectifying.explain(row, by=by, at=at, measure=step["note"]),
    "revisit": lambda row, by, at, step: rectifying.revisit(
        row, by=by, at=at, outcome=step["outcome"], note=step["note"]
    ),
    "close": lambda row, by, at, step: rectifying.close(row, by=by, at=at, answer=step["note"]),
    "appeal": lambda row, by, at, step: appealing.appeal(
        row, by=by, at=at, kind=step["kind"], reason=step["note"], evidence=step["evidence"]
    ),
    "decide": lambda row, by, at, step: appealing.decide(row, by=by, at=at, uphold=True, reason=step["note"]),
}
