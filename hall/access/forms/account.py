"""What a person enters for themselves: log-in, password, second factor, absence."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from hall.access import brake_actions, brakes, passwords
from hall.access.addresses import client_key
from hall.access.models import User
from hall.access.sign_ins import OwnSignIn
from hall.forms import HallForm
from hall.ledger import actions as ledger
from hall.privacy.validators import no_numbers

WRONG = "用户名或口令不对。连续输错 5 次会锁定 30 分钟。"
BRAKED = "登录失败的次数太多，暂时不接受从这个网络地址登录。请过一会儿再试，或请本中心的系统管理员解除。"
PASSWORD_TRIES, PASSWORD_WINDOW = 5, timedelta(minutes=15)


class LoginForm(HallForm):
    """One constant answer for every failure: unknown, wrong, disabled."""

    title = "工作人员登录"
    username = forms.CharField(label="用户名", max_length=32)
    password = forms.CharField(label="口令", max_length=passwords.MAX_LENGTH, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None
        self.held_back = False
        self.fields["username"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "autofocus": True,
        }
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "username" in data and "password" in data:
            self.user = self._authenticated(data["username"], data["password"])
        return data

    def _authenticated(self, username: str, password: str) -> User:
        at, address = timezone.now(), client_key(self.request)
        if brakes.holds_back(address, at=at):
            self.held_back = True
            raise ValidationError(BRAKED)
        found = authenticate(self.request, username=username, password=password)
        if not isinstance(found, User):
            brake_actions.note_failure(address=address, at=at)
            raise ValidationError(WRONG)
        return found


class _OwnPassword(HallForm):
    """Asks for the person's present password before something that opens the account to others."""

    password = forms.CharField(
        label="现在的口令", max_length=passwords.MAX_LENGTH, strip=False, widget=forms.PasswordInput
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"

    def clean_password(self) -> str:
        """Guessing through an unattended session is slowed like guessing at the log-in."""
        at, key = timezone.now(), str(self.user.pk)
        if not ledger.hit("own-password", key, limit=PASSWORD_TRIES, window=PASSWORD_WINDOW, at=at):
            raise ValidationError("口令输错太多次，请过 15 分钟再试。")
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError("现在的口令不对。")
        ledger.forget_hits("own-password", key)
        return password


class PasswordForm(_OwnPassword):
    title = "改口令"
    new = forms.CharField(label="新口令", max_length=200, strip=False, widget=forms.PasswordInput)
    again = forms.CharField(label="再输一遍新口令", max_length=200, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = passwords.help_text()
        for name in ("new", "again"):
            self.fields[name].widget.attrs["autocomplete"] = "new-password"

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        passwords.check(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new" in data and "again" in data and data["new"] != data["again"]:
            self.add_error("again", "两遍新口令不一样。")
        return data


class EndSignInsForm(_OwnPassword):
    """Which log-ins of one's own to end: one, or all but this."""

    title = "结束其他登录"
    which = forms.TypedChoiceField(label="结束哪些登录", widget=forms.RadioSelect, coerce=int, empty_value=None)
    field_order = ("which", "password")

    def __init__(self, *args: Any, others: list[OwnSignIn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        each = [(one.key, f"{timezone.localtime(one.began_at):%m-%d %H:%M} {one.browser}") for one in others]
        self.fields["which"].choices = [(0, f"其他全部登录（{len(each)} 处）"), *each]  # type: ignore[attr-defined]
        self.fields["which"].initial = 0


class BeginSecondFactorForm(_OwnPassword):
    title = "绑定动态口令"


class CodeForm(HallForm):
    """Six digits of the authenticator, or a recovery code."""

    title = "输入动态口令"
    code = forms.CharField(
        label="动态口令", max_length=20, help_text="手机上的 6 位数字。手机不在身边，可以输入一个恢复码。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())


class FirstCodeForm(CodeForm):
    """The first code of a new secret: only the phone can know it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "应用里现在显示的 6 位数字，每半分钟换一次。"
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AbsenceForm(HallForm):
    title = "我不在岗"
    reason = forms.CharField(
        label="事由", max_length=100, validators=[no_numbers], help_text="例如：公出、培训、休假。不写病情等私事。"
    )
