"""What holds log-ins back at this moment, and lifting it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hall.access import brake_actions, brakes
from hall.access.loading import StaffRequest, right_required
from hall.access.models import User
from hall.access.scope import centers_of
from hall.access.views.pages import page_of


def _reach(request: StaffRequest) -> QuerySet[User]:
    return User.objects.filter(staff__center__in=centers_of(request.user))


@require_safe
@right_required("accounts.edit")
def locks(request: StaffRequest) -> HttpResponse:
    """The brake over all addresses, and the accounts that are locked somewhere."""
    at = timezone.now()
    page = page_of(request, brakes.locked_accounts(_reach(request), at=at))
    context = {"page": page, "brake": brakes.state(at), "limit": brakes.IN_ALL.tries, "at": at}
    return render(request, "access/locks.html", context)


@require_POST
@right_required("accounts.edit")
def lift(request: StaffRequest) -> HttpResponse:
    """Strange addresses may log in again."""
    brake_actions.lift(by=request.user, at=timezone.now())
    messages.success(request, "已解除。陌生网络地址可以登录，失败次数从头计。")
    return redirect("access:locks")


@require_POST
@right_required("accounts.edit")
def unlock(request: StaffRequest, pk: int) -> HttpResponse:
    """One account may try again at every address; its password stays."""
    user = get_object_or_404(_reach(request), staff=pk)
    removed = brake_actions.unlock(user=user, by=request.user, at=timezone.now())
    messages.success(request, "已解除锁定。" if removed else "这个账号没有被锁定。")
    return redirect("access:locks")


@never_cache
def locked_page(request: HttpRequest, _response: HttpResponse | None, _credentials: object) -> HttpResponse:
    """What django-axes answers a locked name with: the same page for every request, and no name repeated."""
    return render(request, "access/locked.html", status=429)
