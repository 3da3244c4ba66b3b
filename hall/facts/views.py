"""The page of dated, sourced numbers: what holds, why, since when; and a value from a day on."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hall.access.loading import StaffRequest, right_required
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted, query_of, words
from hall.facts import actions, queries
from hall.facts.errors import NotPermitted, Refused
from hall.facts.forms import SettingForm, named_center
from hall.facts.parameters import Key
from hall.organisation.models import Center

may_read = right_required("settings.edit", "supervision.view")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list asks: the center somebody typed, if it is one of theirs, and words of a name."""

    typed: str
    center: Center | None
    words: str

    @property
    def query(self) -> str:
        return query_of(q=self.words, center=self.typed)


def asked(request: StaffRequest) -> Asked:
    """Read the address."""
    typed = words(request, "center", 100)
    return Asked(typed, named_center(centers_of(request.user), typed) if typed else None, words(request))


@require_safe
@may_read
def parameters(request: StaffRequest) -> HttpResponse:
    """Every declared number with the value in force today."""
    found = asked(request)
    context = {
        "lines": queries.lines(center=found.center, on=timezone.localdate(), words=found.words),
        "center": found.center,
        "unknown": bool(found.typed and found.center is None),
        "q": found.words,
        "query": found.query,
        "may_set": has_right(request.user, "settings.edit"),
    }
    return render(request, "facts/parameters.html", context)


def key_or_404(name: str) -> Key:
    """The declared key of an address."""
    key = queries.key_named(name)
    if key is None:
        raise Http404("no such parameter")
    return key


@require_safe
@may_read
def parameter(request: StaffRequest, name: str) -> HttpResponse:
    """One number with everything that ever held or will hold."""
    key, today = key_or_404(name), timezone.localdate()
    (line,) = [line for line in queries.lines(center=None, on=today) if line.key.name == name]
    page = page_of(request, queries.history(name, request.user))
    may_set = has_right(request.user, "settings.edit")
    context = {"key": key, "line": line, "page": page, "today": today, "may_set": may_set}
    return render(request, "facts/parameter.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("settings.edit")
def parameter_new(request: StaffRequest, name: str) -> HttpResponse:
    """Add a value from a day on."""
    key, at = key_or_404(name), timezone.now()
    form = SettingForm(posted(request), key=key, centers=centers_of(request.user), today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(key=key, by=request.user, at=at, **form.cleaned_data)
        except NotPermitted as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refused as refusal:
            form.add_error(refusal.field, refusal.sentence)
        else:
            messages.success(request, f"{key.label}已设定，自 {form.cleaned_data['effective_from']:%Y-%m-%d} 起施行。")
            return redirect("facts:parameter", name=name)
    return ask(request, "facts/parameter_new.html", form, key=key)
