"""The house as a whole: its settings, its roles, and who changed what."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hall.access import changes
from hall.access.forms.management import SettingsForm
from hall.access.loading import StaffRequest, right_required
from hall.access.roles import RIGHTS, TABLE
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted, query_of, words
from hall.organisation import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
@right_required("settings.edit")
def settings(request: StaffRequest) -> HttpResponse:
    """Name and registration numbers of the site, password policy, second factor, idle time."""
    form = SettingsForm(posted(request), instance=queries.installation())
    if request.method == "POST" and form.is_valid():
        actions.save(form.save(commit=False), by=request.user, reason="修改设置")
        messages.success(request, "已保存。")
        return redirect("access:settings")
    return ask(request, "access/settings.html", form)


@require_safe
@right_required("accounts.edit", "organisation.history")
def roles(request: StaffRequest) -> HttpResponse:
    """The table of roles and rights, for the person who assigns them."""
    lines = [(right, [right.name in line.rights for line in TABLE.values()]) for right in RIGHTS]
    return render(request, "access/roles.html", {"roles": TABLE.values(), "lines": lines})


def asked(request: StaffRequest) -> tuple[str, str, QuerySet[Any]]:
    """Which kind of row the address names, which one of them only, and its changes. 404 for no kind."""
    kind, key = request.GET.get("kind", "staff"), words(request, "row", 20)
    if kind not in changes.KINDS:
        raise Http404
    rows = changes.rows_within(kind, centers_of(request.user))
    if key:
        rows = rows.filter(**{changes.KINDS[kind]._meta.pk.attname: key}) if key.isdecimal() else rows.none()
    return kind, key, rows


@require_safe
@right_required("organisation.history")
def history(request: StaffRequest) -> HttpResponse:
    """谁改了什么: the newest changes of one kind of row, or all of one row."""
    kind, key, rows = asked(request)
    page = page_of(request, rows)
    tabs = [
        {"url": f"?kind={slug}", "label": str(other._meta.verbose_name), "active": slug == kind}
        for slug, other in changes.KINDS.items()
    ]
    lines = changes.describe(kind, list(page))
    query = query_of(kind=kind, row=key)
    context = {"page": page, "lines": lines, "tabs": tabs, "kind": kind, "key": key, "query": query}
    return render(request, "access/history.html", context)
