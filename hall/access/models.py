"""Accounts: who logs in, with which one role, which passwords and recovery codes were used before; paired devices."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from simple_history.models import HistoricalRecords

from hall.access.authenticators import Authenticator  # noqa: F401 - a table of this room
from hall.access.enums import DeviceKind, Role
from hall.organisation.models import Center, Staff, Window

USERNAME = RegexValidator(r"\A[a-z0-9][a-z0-9._-]{1,31}\Z", "用户名为 2 到 32 位小写字母、数字、点、横线或下划线。")


class UserManager(BaseUserManager["User"]):
    """Makes accounts; pages and commands use `hall.access.actions` instead."""

    def create_user(self, username: str, password: str | None = None, *, role: str, **extra: Any) -> "User":
        """Create an account with a hashed password, unusable when None."""
        user = self.model(username=self.model.normalize_username(username), role=role, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **extra: Any) -> "User":
        """Django's own command makes an administrator: there is no account above the roles."""
        return self.create_user(username, password, **{**extra, "role": Role.ADMIN})


class User(AbstractBaseUser):  # type: ignore[django-manager-missing] # of Authenticator, by an untyped manager
    """An account of a member of staff. It has one role, no groups and no permissions of its own."""

    username = models.CharField(
        "用户名", max_length=32, unique=True, validators=[USERNAME], error_messages={"unique": "这个用户名已有人使用。"}
    )
    role = models.CharField("角色", max_length=12, choices=Role.choices)
    staff = models.OneToOneField(Staff, models.PROTECT, null=True, blank=True, related_name="user", verbose_name="人员")
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("下次登录须改口令", default=True)
    password_changed_at = models.DateTimeField("口令修改时间", null=True, blank=True)
    demonstration = models.BooleanField("演示账号", default=False, editable=False)
    # Raised to end every session of the account at its next request, as a changed password or role does by itself.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords(
        excluded_fields=["password", "last_login", "session_epoch"], verbose_name="账号修改记录"
    )

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "账号"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="user_role_known",
                violation_error_message="角色只能从列表中选择一个。",
            ),
            models.CheckConstraint(
                condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{1,31}$"),
                name="user_username_form",
                violation_error_message="用户名为 2 到 32 位小写字母、数字、点、横线或下划线。",
            ),
        ]

    @property
    def display_name(self) -> str:
        """The person's name where the account belongs to one, the user name otherwise."""
        return self.staff.name if self.staff else self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind sessions to password, role and epoch, so that a change of any ends them at the next request (A08)."""
        facts = f"{self.password}|{self.role}|{self.session_epoch}"
        return salted_hmac("hall.access.User.session", facts, secret=secret, algorithm="sha256").hexdigest()


class PastPassword(models.Model):
    """A hash used before; 等保 forbids the last five."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "用过的口令"
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.set_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A single-use code for the day the phone is lost; only its keyed hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class SignIn(models.Model):
    """A log-in that may still last: whose, since when, in what kind of browser (ASVS 7.5.2).

    The session is Django's row of the same key; where that is gone the log-in is over, whatever stands here.
    """

    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    began_at = models.DateTimeField("登录时间")
    browser = models.CharField("浏览器", max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ["-began_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M}"


class Device(models.Model):
    """A screen of the hall that works without anybody logged in: a pad at a window, or a wall.

    Of the code typed in once and of the key the device then carries, only keyed digests are kept. A new code takes the
    place of the old key when it is used, so that a replaced tablet ends the one before.
    """

    kind = models.CharField("用途", max_length=4, choices=DeviceKind.choices)
    name = models.CharField("名称", max_length=60)
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name="中心")
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口")
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField("配对码有效期", null=True, blank=True, editable=False)
    key_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - unique only where there is one
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    paired_at = models.DateTimeField("配对时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近在线", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设备"
        ordering = ["center_id", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "name"],
                condition=Q(revoked_at__isnull=True),
                name="device_name_unique_in_center",
                violation_error_message="这个中心已有同名的设备。",
            ),
            models.UniqueConstraint(
                fields=["code_digest"],
                condition=~Q(code_digest=""),
                name="device_code_unique",
                violation_error_message="配对码重复，请重新生成。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DeviceKind.values),
                name="device_kind_known",
                violation_error_message="设备用途只能从列表中选择。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DeviceKind.PAD) | Q(window__isnull=False),
                name="device_pad_has_window",
                violation_error_message="评价器要写明放在哪个窗口。",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(key_digest__isnull=True, code_digest=""),
                name="device_revoked_without_key",
                violation_error_message="停用的设备不能再有钥匙。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffAddress(models.Model):
    """A network address from which a member of staff logged in, as a keyed digest, and when last.

    It tells answers of citizens from those given inside the house; it names nobody and no address.
    """

    address_key = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField("最近登录")

    class Meta:
        verbose_name = verbose_name_plural = "登录过的网络地址"

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M}"
