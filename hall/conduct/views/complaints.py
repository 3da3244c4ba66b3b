"""Complaints as the public makes and follows them: no account, no script, nothing kept by the browser."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hall.access.addresses import client_key
from hall.access.loading import StaffRequest, right_required
from hall.access.views.pages import ask, posted, words
from hall.conduct import complaint_codes
from hall.conduct.actions import complaints as actions
from hall.conduct.enums import ComplaintChannel
from hall.conduct.forms.complaints import CodeForm, DeskForm, PublicForm
from hall.conduct.models import Complaint
from hall.conduct.views.places import chosen_center
from hall.ledger import actions as ledger
from hall.supervision.views.attempts import attempted

form_page = require_http_methods(["GET", "HEAD", "POST"])
# A hall's own network shares one address, so the limit of an address leaves room for a queue of people.
# Why these numbers, and why in code: docs/security.md, "Guessing".
_NEW: Final = (20, timedelta(hours=1))
_NEW_IN_ALL: Final = (600, timedelta(hours=1))
_PER_NUMBER: Final = (10, timedelta(minutes=15))
_PER_ADDRESS: Final = (60, timedelta(hours=1))
_IN_ALL: Final = (3000, timedelta(minutes=1))
TOO_MANY: Final = "现在提交的人太多，请过一会儿再试，或拨打 12345。您写的内容还在下面，没有丢。"
FAILED: Final = "请核对投诉编号和查询码，两样都在提交后显示过一次。连续试了多次的，请过 15 分钟再试。"


@never_cache
@sensitive_post_parameters("text", "about", "contact", "contact_name")
@form_page
def complaint_public_new(request: HttpRequest) -> HttpResponse:
    """The form, and the number with its code shown once."""
    form, at = PublicForm(posted(request), initial={"center": words(request, "center", 100)}), timezone.now()
    taken: list[Complaint] = []

    def do(data: dict[str, Any]) -> None:
        row, _ = actions.receive(
            center=data["center"], said=form.said(), channel=ComplaintChannel.WEB, form_key=form.key, by=None, at=at
        )
        taken.append(row)

    if request.method == "POST" and form.is_valid():
        if not _within(request, at):
            form.add_error(None, TOO_MANY)
        elif attempted(form, do):
            return _private(_taken(request, taken[0], "conduct/complaint_taken.html"))
    return _private(ask(request, "conduct/complaint_public_new.html", form))


def _within(request: HttpRequest, at: datetime) -> bool:
    tries = (
        ledger.hit("complaint.new", client_key(request), limit=_NEW[0], window=_NEW[1], at=at),
        ledger.hit("complaint.new.all", "all", limit=_NEW_IN_ALL[0], window=_NEW_IN_ALL[1], at=at),
    )
    return all(tries)


def _taken(request: HttpRequest, row: Complaint, template: str) -> HttpResponse:
    code = complaint_codes.spoken(complaint_codes.code_of(row.form_key))
    return render(request, template, {"complaint": row, "code": code})


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@sensitive_post_parameters("code")
@form_page
def complaint_lookup(request: HttpRequest, number: str = "") -> HttpResponse:
    """The answer to a complaint, for whoever has its number and code."""
    form, at = CodeForm(posted(request), initial={"number": number}), timezone.now()
    if request.method == "POST" and form.is_valid():
        row = _looked_up(request, form.cleaned_data, at)
        if row is not None:
            return _private(render(request, "conduct/complaint_answer.html", {"complaint": row}))
        form.error_title = "没有查到"
        form.add_error(None, FAILED)
    return _private(ask(request, "conduct/complaint_lookup.html", form))


def _looked_up(request: HttpRequest, data: dict[str, str], at: datetime) -> Complaint | None:
    """The complaint, if number and code belong together and nobody has tried too often. Always the same work."""
    number = data["number"].strip().upper()
    within = [
        ledger.hit("complaint.number", number, limit=_PER_NUMBER[0], window=_PER_NUMBER[1], at=at),
        ledger.hit("complaint.address", client_key(request), limit=_PER_ADDRESS[0], window=_PER_ADDRESS[1], at=at),
        ledger.hit("complaint.all", "all", limit=_IN_ALL[0], window=_IN_ALL[1], at=at),
    ]
    row = Complaint.objects.select_related("center").filter(number=number).first()
    right = complaint_codes.matches(row.form_key if row else None, data["code"])
    return row if right and all(within) else None


@never_cache
@sensitive_post_parameters("text", "about", "contact", "contact_name")
@form_page
@right_required("complaints.handle")
def complaint_new(request: StaffRequest) -> HttpResponse:
    """Write down what came to the desk, by telephone or by letter."""
    center, at = chosen_center(request, request.user), timezone.now()
    if center is None:
        raise PermissionDenied("您的账号没有可以登记投诉的中心。")
    form = DeskForm(posted(request))
    taken: list[Complaint] = []

    def do(data: dict[str, Any]) -> None:
        row, _ = actions.receive(
            center=center, said=form.said(), channel=data["channel"], form_key=form.key, by=request.user, at=at
        )
        taken.append(row)

    if request.method == "POST" and attempted(form, do):
        return _taken(request, taken[0], "conduct/complaint_registered.html")
    return ask(request, "conduct/complaint_new.html", form, center=center)
