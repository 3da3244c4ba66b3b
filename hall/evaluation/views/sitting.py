"""One person answers one case, screen after screen; nothing is kept before the last one is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hall.access.views.pages import ask
from hall.evaluation import actions, rules, sequel
from hall.evaluation.enums import Grade, is_bad
from hall.evaluation.errors import Closed
from hall.evaluation.forms.giving import WHO, WHY, DetailsForm, GradeForm
from hall.evaluation.models import Evaluation, Invitation
from hall.evaluation.origins import origin_of
from hall.facts.errors import Refused

# What each screen asks after the grade, and the screen that follows; the word travels in the form.
TOGETHER: Final = {"grade": "last", "last": ""}
ONE_BY_ONE: Final = {"grade": "why", "why": "who", "who": ""}
# Around the questions, and around the thanks.
PUBLIC: Final = ("evaluation/public_question.html", "evaluation/public_thanks.html")
PAD: Final = ("evaluation/pad_question.html", "evaluation/pad_thanks.html")
_ASKED: Final = {"why": WHY, "who": WHO, "last": WHY + WHO}


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who answers what where: `screens` is TOGETHER or ONE_BY_ONE, `frame` PUBLIC or PAD."""

    invitation: Invitation
    via: str
    frame: tuple[str, str]
    screens: dict[str, str]
    leave: str = ""

    def context(self, at: datetime, **more: Any) -> dict[str, Any]:
        return {
            "item": self.invitation.item_name,
            "center": self.invitation.center,
            "leave": self.leave,
            "pad_seconds": rules.pad_seconds(self.invitation.center_id, at),
            **more,
        }


def answer(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """The next question, or thanks after the last. Raises Closed when there is nothing to evaluate any more."""
    at = timezone.now()
    actions.refuse_if_seen_closed(sitting.invitation, at)
    if request.method != "POST":
        return _show(request, sitting, GradeForm(), "grade", at)
    first = GradeForm(request.POST)
    if not first.is_valid():
        return _show(request, sitting, first, "grade", at)
    grade, screen = first.cleaned_data["grade"], request.POST.get("screen", "grade")
    if screen not in _ASKED or screen not in sitting.screens:
        return _next(request, sitting, grade, "grade", {}, at)
    form = DetailsForm(request.POST, grade=grade, asked=_ASKED[screen])
    if form.is_valid() and sitting.screens[screen]:
        return _next(request, sitting, grade, screen, form.cleaned_data, at)
    if form.is_valid() and (evaluation := _give(request, sitting, form, at)):
        return _thank(request, sitting, evaluation, at)
    return _show(request, sitting, form, screen, at)


def _next(
    request: HttpRequest, sitting: Sitting, grade: int, screen: str, said: dict[str, Any], at: datetime
) -> HttpResponse:
    following = sitting.screens[screen]
    form = DetailsForm(grade=grade, asked=_ASKED[following], initial=said)
    return _show(request, sitting, form, following, at)


def _show(request: HttpRequest, sitting: Sitting, form: Any, screen: str, at: datetime) -> HttpResponse:
    grade = form["grade"].value() if screen != "grade" else ""
    chosen = Grade(int(grade)).label if grade else ""
    more = {"screen": screen, "chosen": chosen, "final": not sitting.screens[screen]}
    return ask(request, sitting.frame[0], form, **sitting.context(at, **more))


def _give(request: HttpRequest, sitting: Sitting, form: DetailsForm, at: datetime) -> Evaluation | None:
    invitation = sitting.invitation
    origin = origin_of(request, via=sitting.via, center=invitation.center_id, at=at)
    try:
        return actions.give(invitation=invitation, answer=form.answer(), via=sitting.via, origin=origin, at=at)
    except Closed:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _thank(request: HttpRequest, sitting: Sitting, evaluation: Evaluation, at: datetime) -> HttpResponse:
    """Shown in the answer itself: nothing in an address tells the next one what was said."""
    due = sequel.promised(evaluation, at) if is_bad(evaluation.grade) else None
    context = sitting.context(at, due=due, named=not evaluation.anonymous, bad=is_bad(evaluation.grade))
    return render(request, sitting.frame[1], context)
