"""One attempt at an action, for the pages of this room and of the rooms above that share its refusals."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from hall.facts.errors import NotPermitted, Refused


def attempted(form: BaseForm, do: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether the action went through; its refusal stands in the form. Raises PermissionDenied (a page with 403)."""
    if not form.is_valid():
        return False
    try:
        do(form.cleaned_data)
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return False
    return True


def pressed(request: HttpRequest, back: str, done: str, do: Callable[[], Any]) -> HttpResponse:
    """A button without a form: do it, and say on the page one came from what happened or why not."""
    try:
        do()
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return redirect(back)
