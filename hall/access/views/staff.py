"""People and their accounts: list, edit, open an account, leave, import."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import actions
from hall.access.enums import Role
from hall.access.forms.management import AccountForm, LeaveForm, RoleForm, StaffForm, UploadForm
from hall.access.loading import StaffRequest, right_required
from hall.access.models import Authenticator, User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.access.views.pages import ask, page_of, posted, query_of, words
from hall.organisation import actions as organisation
from hall.organisation.errors import ImportRefused, Refused
from hall.organisation.models import Staff
from hall.organisation.tables import Row, Table

form_page = require_http_methods(["GET", "HEAD", "POST"])
SALT = "hall.access.staff_import"


def staff_in_reach(request: HttpRequest) -> QuerySet[Staff]:
    """The people of the centers the administrator keeps, and no others (law 12)."""
    return Staff.objects.filter(center__in=centers_of(request.user))  # type: ignore[arg-type]


def _load(request: HttpRequest, pk: int) -> Staff:
    return get_object_or_404(staff_in_reach(request).select_related("center", "department", "window"), pk=pk)


def _account(request: HttpRequest, pk: int) -> User:
    """The account of a person in reach; 404 where there is none."""
    return get_object_or_404(User.objects.select_related("staff__center"), staff=_load(request, pk))


def found(request: HttpRequest) -> tuple[QuerySet[Staff], str]:
    """The people the address asks for, and the text it searches by."""
    q = words(request)
    people = staff_in_reach(request).select_related("center", "department", "window", "user")
    if q:
        named = Q(name__icontains=q) | Q(pinyin__startswith=q.lower()) | Q(initials__startswith=q.lower())
        people = people.filter(named | Q(number__istartswith=q) | Q(user__username__startswith=q.lower()))
    return people, q


@require_safe
@right_required("accounts.edit", "organisation.history")
def staff_list(request: StaffRequest) -> HttpResponse:
    """People by name, pinyin or number, with their accounts."""
    people, q = found(request)
    editable = has_right(request.user, "accounts.edit")
    context = {"page": page_of(request, people), "q": q, "query": query_of(q=q), "editable": editable}
    return render(request, "access/staff_list.html", context)


@form_page
@right_required("organisation.edit")
def staff_new(request: StaffRequest) -> HttpResponse:
    """Add one person."""
    home = request.user.staff.center.code if request.user.staff else ""
    form = StaffForm(posted(request), centers=centers_of(request.user), initial={"center": home})
    if request.method == "POST" and form.is_valid() and form.row:
        person = organisation.save_staff(row=form.row, by=request.user)
        messages.success(request, f"已登记 {person.name}。还没有账号。")
        return redirect("access:staff", pk=person.pk)
    return ask(request, "access/staff_new.html", form)


@form_page
@right_required("organisation.edit")
def staff_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: facts, account, leaving."""
    person = _load(request, pk)
    initial = StaffForm.facts_of(person)
    form = StaffForm(posted(request), centers=centers_of(request.user), person=person, initial=initial)
    if request.method == "POST" and form.is_valid() and form.row:
        organisation.save_staff(row=form.row, by=request.user)
        messages.success(request, "已保存。")
        return redirect("access:staff", pk=pk)
    return ask(request, "access/staff.html", form, **_side(person))


def _side(person: Staff) -> dict[str, Any]:
    account = User.objects.filter(staff=person).first()
    return {
        "person": person,
        "account": account,
        "bound": account is not None and Authenticator.objects.filter(user=account, confirmed=True).exists(),
        "account_form": AccountForm(),
        "role_form": RoleForm(initial={"role": account.role}) if account else None,
        "leave_form": LeaveForm(today=timezone.localdate()),
    }


def _again(request: StaffRequest, person: Staff, **bound: Any) -> HttpResponse:
    """The page of the person once more, with the form that had errors."""
    form = StaffForm(centers=centers_of(request.user), person=person, initial=StaffForm.facts_of(person))
    return render(request, "access/staff.html", {"form": form, **_side(person), **bound}, status=422)


@require_POST
@right_required("accounts.edit")
def account_open(request: StaffRequest, pk: int) -> HttpResponse:
    """Open an account; its first password is shown on this page once."""
    person = _load(request, pk)
    form = AccountForm(request.POST)
    if User.objects.filter(staff=person).exists():
        messages.error(request, f"{person.name}已有账号。")
        return redirect("access:staff", pk=pk)
    if not form.is_valid():
        return _again(request, person, account_form=form)
    username, role = form.cleaned_data["username"], Role(form.cleaned_data["role"])
    user, first = actions.create_account(username=username, role=role, staff=person, by=request.user, at=timezone.now())
    return render(request, "access/first_password.html", {"account": user, "person": person, "first": first})


@require_POST
@right_required("accounts.edit")
def account_reset_password(request: StaffRequest, pk: int) -> HttpResponse:
    """A new first password, shown once."""
    user = _account(request, pk)
    try:
        first = actions.reset_password(user=user, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:staff", pk=pk)
    return render(request, "access/first_password.html", {"account": user, "person": user.staff, "first": first})


@require_POST
@right_required("accounts.edit")
def account_role(request: StaffRequest, pk: int) -> HttpResponse:
    """Another role."""
    user, form = _account(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        return _again(request, _load(request, pk), role_form=form)
    role = Role(form.cleaned_data["role"])
    return _do(request, pk, lambda: actions.set_role(user=user, role=role, by=request.user, at=timezone.now()))


@require_POST
@right_required("accounts.edit")
def account_active(request: StaffRequest, pk: int) -> HttpResponse:
    """Disable, or enable again."""
    user, active = _account(request, pk), request.POST.get("active") == "1"
    return _do(request, pk, lambda: actions.set_active(user=user, active=active, by=request.user, at=timezone.now()))


@require_POST
@right_required("accounts.edit")
def account_reset_second_factor(request: StaffRequest, pk: int) -> HttpResponse:
    """For a lost phone."""
    user = _account(request, pk)
    return _do(request, pk, lambda: actions.reset_second_factor(user=user, by=request.user, at=timezone.now()))


@require_POST
@right_required("organisation.edit")
def staff_leave(request: StaffRequest, pk: int) -> HttpResponse:
    """The person leaves, once everything is handed over."""
    person, form = _load(request, pk), LeaveForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _again(request, person, leave_form=form)
    on = form.cleaned_data["on"]
    return _do(request, pk, lambda: organisation.leave(staff=person, on=on, by=request.user, at=timezone.now()))


def _do(request: StaffRequest, pk: int, act: Any) -> HttpResponse:
    try:
        act()
        messages.success(request, "已保存。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("access:staff", pk=pk)


@form_page
@right_required("staff.import")
def staff_import(request: StaffRequest) -> HttpResponse:
    """Try a table first; what was tried travels back signed, and only that can be imported."""
    if request.method == "POST" and "tried" in request.POST:
        return _import_tried(request)
    form = UploadForm(posted(request), request.FILES or None)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid() and form.table is not None:
        centers = centers_of(request.user)
        done = organisation.import_staff(form.table, centers=centers, by=request.user, dry_run=True)
        context = {"done": done, "result": _as_result(form.table, done)}
        if not done.errors and (done.new or done.changed):
            context["tried"] = _sign(request, form.table)
    status = 422 if form.errors or (context and context["done"].errors) else 200
    return render(request, "access/staff_import.html", {"form": form, **context}, status=status)


def _sign(request: StaffRequest, table: Table) -> str:
    lines = [[row.line, row.cells] for row in table]
    return signing.dumps([request.user.pk, list(table.header), lines], salt=SALT, compress=True)


def _import_tried(request: StaffRequest) -> HttpResponse:
    try:
        who, header, lines = signing.loads(request.POST["tried"], salt=SALT, max_age=3600)
    except signing.BadSignature:
        who, header, lines = None, [], []
    if who != request.user.pk:
        messages.error(request, "试算已过期，请重新选择文件。")
        return redirect("access:staff_import")
    table = Table(tuple(header), [Row(line, cells) for line, cells in lines])
    try:
        done = organisation.import_staff(table, centers=centers_of(request.user), by=request.user)
    except ImportRefused as refused:
        messages.error(request, f"{refused}其间机构有变动，请重新试算。")
        return redirect("access:staff_import")
    messages.success(request, f"已导入：新增 {len(done.new)} 人，改动 {len(done.changed)} 人。")
    return redirect("access:staff_list")


def _as_result(table: Table, done: organisation.StaffImport) -> dict[str, Any]:
    """The outcome in the words of components/dry_run.html."""
    at_line = {row.line: row for row in table}
    return {
        "total": len(table),
        "created": len(done.new),
        "updated": len(done.changed),
        "unchanged": done.unchanged,
        "errors": [
            {"row": e.line, "field": e.column, "value": at_line[e.line].get(e.column), "reason": e.sentence}
            for e in done.errors
        ],
    }
