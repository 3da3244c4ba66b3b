"""The person's own account: log in and out, password, second factor, absence, inbox."""

import io
from base64 import b32encode
from datetime import timedelta
from uuid import UUID

import segno
from django.contrib import auth, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as otp_login

from hall.access import actions, device_actions, navigation, sessions, sign_in_actions
from hall.access.addresses import client_key
from hall.access.forms.account import (
    AbsenceForm,
    BeginSecondFactorForm,
    CodeForm,
    FirstCodeForm,
    LoginForm,
    PasswordForm,
)
from hall.access.loading import StaffRequest, right_required, staff_required
from hall.access.middleware import open_while_owed
from hall.access.models import Authenticator
from hall.access.rules import has_right
from hall.access.scope import departments_of
from hall.access.views.pages import ask, landing, page_of, posted, safe_next
from hall.ledger import actions as ledger
from hall.organisation import actions as organisation
from hall.organisation import queries as places
from hall.organisation.errors import Refused
from hall.organisation.models import Staff
from hall.outbox import actions as outbox
from hall.outbox import queries as messages_of

form_page = require_http_methods(["GET", "HEAD", "POST"])
CODE_TRIES, CODE_WINDOW = 10, timedelta(minutes=15)


@open_while_owed
@never_cache
@form_page
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Log in with Argon2 and throttling; the session key changes (A07)."""
    if request.user.is_authenticated and isinstance(request.user, auth.get_user_model()):
        return redirect(safe_next(request, landing(request.user)))
    form = LoginForm(posted(request), request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        auth.login(request, form.user)
        sessions.start(request.session, at := timezone.now())
        sign_in_actions.begin(request.session, user=form.user, agent=request.headers.get("User-Agent", ""), at=at)
        device_actions.note_staff_address(address=client_key(request), at=at)
        return redirect(safe_next(request, landing(form.user)))
    ended = sessions.REASONS.get(request.GET.get("ended", ""), "")
    page = ask(request, "access/login.html", form, ended=ended, next=safe_next(request, ""))
    if form.held_back:
        page.status_code = 429
    return page


@open_while_owed
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session and have the browser forget what it showed (A11)."""
    auth.logout(request)
    response = redirect(f"{reverse('access:login')}?ended=out")
    response["Clear-Site-Data"] = '"cache", "storage"'
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
@staff_required
def alive(_: StaffRequest) -> HttpResponse:
    """The person is typing on one page for long: the middleware has moved the idle clock, nothing else happens."""
    return HttpResponse(status=204)


@open_while_owed
@form_page
@staff_required
@sensitive_post_parameters()
def password(request: StaffRequest) -> HttpResponse:
    """Change the own password; also where a first or expired one must be changed."""
    form = PasswordForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_password(user=request.user, new=form.cleaned_data["new"], at=timezone.now())
        with sign_in_actions.kept(request.session):
            auth.update_session_auth_hash(request, request.user)
        messages.success(request, "口令已改。其他地方的登录已失效。")
        return redirect(landing(request.user))
    expired = sessions.password_expired(request.user, places.installation(), at=timezone.now())
    return ask(request, "access/password.html", form, first=request.user.must_change_password, expired=expired)


@open_while_owed
@form_page
@staff_required
def second_factor(request: StaffRequest) -> HttpResponse:
    """Enter the code of the authenticator; without one, begin by binding it; with one entered, show how it stands."""
    device = Authenticator.objects.filter(user=request.user, confirmed=True).first()
    if device is None:
        return redirect("access:second_factor_begin")
    verified = request.user.is_verified()  # type: ignore[attr-defined]
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        found = _verified_device(request, form)
        if found is not None:
            _let_in(request, found)
            return redirect(safe_next(request, landing(request.user)))
    left = request.user.recovery_codes.filter(used_at__isnull=True).count()
    return ask(request, "access/second_factor.html", form, verified=verified, codes_left=left)


def _verified_device(request: StaffRequest, form: CodeForm) -> Authenticator | None:
    at, key = timezone.now(), str(request.user.pk)
    if not ledger.hit("second-factor", key, limit=CODE_TRIES, window=CODE_WINDOW, at=at):
        form.add_error("code", "输错太多次，请过 15 分钟再试。")
        return None
    found = actions.verify_second_factor(user=request.user, code=form.cleaned_data["code"], at=at)
    if found is None:
        form.add_error("code", "动态口令不对，或已经用过一次。请等手机上换了下一组再输入。")
    else:
        ledger.forget_hits("second-factor", key)
    return found


def _let_in(request: StaffRequest, device: Authenticator) -> None:
    """The session is worth more now: it gets a new key."""
    otp_login(request, device)
    with sign_in_actions.kept(request.session):
        request.session.cycle_key()


def _bound(request: StaffRequest) -> bool:
    return Authenticator.objects.filter(user=request.user, confirmed=True).exists()


def _must_verify_first(request: StaffRequest) -> bool:
    """Whether another authenticator is bound and this session has not entered its code."""
    return _bound(request) and not request.user.is_verified()  # type: ignore[attr-defined]


@open_while_owed
@form_page
@staff_required
@sensitive_post_parameters("password")
def second_factor_begin(request: StaffRequest) -> HttpResponse:
    """Bind a (new) authenticator, after the password; with one bound already, also after its code (A16)."""
    bound = _bound(request)
    if _must_verify_first(request):
        return redirect("access:second_factor")
    form = BeginSecondFactorForm(posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.begin_second_factor(user=request.user)
        return redirect("access:second_factor_enrol")
    return ask(request, "access/second_factor_begin.html", form, bound=bound)


@open_while_owed
@form_page
@staff_required
def second_factor_enrol(request: StaffRequest) -> HttpResponse:
    """Scan the QR, enter the first code, receive the recovery codes once.

    The secret is shown to nobody who has not entered the code of the authenticator that is bound already (A16): a
    rebinding begun elsewhere and left open would otherwise hand it to whoever knows the password.
    """
    if _must_verify_first(request):
        return redirect("access:second_factor")
    device = Authenticator.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return redirect("access:second_factor_begin")
    form = FirstCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = actions.confirm_second_factor(user=request.user, code=form.cleaned_data["code"], at=timezone.now())
        if done is not None:
            _let_in(request, done[0])
            return render(request, "access/recovery_codes.html", {"codes": done[1], "go_on": landing(request.user)})
        form.add_error("code", "动态口令不对。请核对手机的时间，再输入现在显示的 6 位数字。")
    qr, secret = _qr(device.config_url), _spelled(device)
    return ask(request, "access/second_factor_enrol.html", form, qr=qr, secret=secret)


def _spelled(device: Authenticator) -> str:
    """The secret in groups of four, for typing where no camera is at hand."""
    secret = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _qr(address: str) -> SafeString:
    """The address as an inline SVG, drawn from module positions only."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, scale=5, svgclass="qr", lineclass=None)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - written by segno from module positions only


@form_page
@right_required("absence.own")
def absence(request: StaffRequest) -> HttpResponse:
    """The switch "我不在岗": the B holder acts from now on, until "我回来了"."""
    person = request.user.staff
    if person is None:
        messages.error(request, "这个账号没有对应的人员，不能登记不在岗。")
        return redirect("access:inbox")
    now = timezone.now()
    form = AbsenceForm(posted(request))
    if request.method == "POST" and _switched(request, form):
        return redirect("access:absence")
    context = {
        "absence": places.open_absence(person, now),
        "deputy": places.deputy_of(person, timezone.localdate(now)),
        "represented": places.represented_by(person, now),
        "past": person.absences.select_related("acting")[:10],
        "colleagues": _colleagues(request),
    }
    return ask(request, "access/absence.html", form, **context)


def _switched(request: StaffRequest, form: AbsenceForm) -> bool:
    """Carry out the person's own switch; False when the form has to be shown again."""
    person = request.user.staff
    if person is None or not ("back" in request.POST or form.is_valid()):
        return False
    _switch(request, person, form)
    return True


def _switch(request: StaffRequest, person: Staff, form: AbsenceForm) -> None:
    at = timezone.now()
    try:
        if "back" in request.POST:
            organisation.return_to_post(staff=person, by=request.user, at=at)
            messages.success(request, f"已登记 {person.name} 回岗，办件回到本人名下。")
        else:
            done = organisation.mark_absent(staff=person, reason=form.cleaned_data["reason"], by=request.user, at=at)
            who = f"由 {done.acting.name} 代理" if done.acting else "没有 B 岗，办件暂时没有人代理，请首席代表安排"
            messages.success(request, f"已登记 {person.name} 不在岗，{who}。")
    except Refused as refused:
        messages.error(request, str(refused))


def _colleagues(request: StaffRequest) -> QuerySet[Staff]:
    """Whom a chief representative may mark absent: who fell ill cannot press the switch."""
    if not has_right(request.user, "absence.department"):
        return Staff.objects.none()
    people = Staff.objects.filter(department__in=departments_of(request.user), left_on__isnull=True)
    return places.with_presence(people.exclude(user=request.user), timezone.now())


@require_POST
@right_required("absence.department")
def absence_of(request: StaffRequest, pk: int) -> HttpResponse:
    """The chief representative marks a colleague of the department absent or back."""
    person = get_object_or_404(_colleagues(request), pk=pk)
    form = AbsenceForm(request.POST)
    if "back" in request.POST or form.is_valid():
        _switch(request, person, form)
    else:
        messages.error(request, f"没有登记：请填写 {person.name} 不在岗的事由，最多 100 字。")
    return redirect("access:absence")


@require_safe
@staff_required
def inbox(request: StaffRequest) -> HttpResponse:
    """Messages to this account, newest first."""
    page = page_of(request, messages_of.entries_for(request.user))
    rows = [(entry, navigation.docket_url(entry.docket)) for entry in page]
    return render(request, "access/inbox.html", {"page": page, "rows": rows})


@require_POST
@staff_required
def inbox_read(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Mark one message as read; somebody else's is simply not there."""
    if not outbox.mark_read(user=request.user, entry_id=entry_id, at=timezone.now()):
        messages.error(request, "没有这条消息。")
    return redirect("access:inbox")


@require_POST
@staff_required
def inbox_read_all(request: StaffRequest) -> HttpResponse:
    """Mark everything as read."""
    outbox.mark_all_read(user=request.user, at=timezone.now())
    return redirect("access:inbox")
