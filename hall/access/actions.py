"""The only door for writing to accounts: opening, roles, passwords, second factors, the switch "我不在岗"."""

import secrets
from datetime import datetime
from typing import Final

from axes.utils import reset as unlock
from django.db import transaction

from hall.access import passwords
from hall.access.enums import Role
from hall.access.models import Authenticator, PastPassword, RecoveryCode, User
from hall.ledger import actions as ledger
from hall.organisation.errors import Refused
from hall.organisation.models import Staff
from hall.privacy.indexes import blind_index

RECOVERY_CODES: Final = 8
_SPOKEN: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O: five bits a letter


@transaction.atomic
def create_account(
    *, username: str, role: Role, staff: Staff | None, by: User | None, at: datetime, password: str | None = None,
    demonstration: bool = False,
) -> tuple[User, str]:  # fmt: skip
    """Open an account; returns it with its first password, which is shown once and must be changed at the first log-in.

    A demonstration account keeps its password and needs no second factor.
    """
    first = password or passwords.first_password()
    user = User(
        username=username, role=role, staff=staff, demonstration=demonstration,
        must_change_password=not demonstration, password_changed_at=at,
    )  # fmt: skip
    user.set_password(first)
    _save(user, by=by, reason="开户")
    _tell("access.opened", user, by=by, at=at)
    return user, first


@transaction.atomic
def change_password(*, user: User, new: str, at: datetime) -> None:
    """The person's own new password, checked by the form. Every other session of the account ends."""
    PastPassword.objects.create(user=user, password=user.password, set_at=user.password_changed_at or at)
    user.set_password(new)
    user.must_change_password = False
    user.password_changed_at = at
    _save(user, by=user, reason="改口令", fields=["password", "must_change_password", "password_changed_at"])
    old = user.past_passwords.values_list("pk", flat=True)[passwords.HISTORY :]
    user.past_passwords.filter(pk__in=list(old)).delete()
    _tell("access.password_changed", user, by=user, at=at)


@transaction.atomic
def reset_password(*, user: User, by: User, at: datetime) -> str:
    """A new first password for someone who forgot theirs; shown once. Sessions of the account end, a lock is lifted."""
    _not_oneself(user, by)
    first = passwords.first_password()
    PastPassword.objects.create(user=user, password=user.password, set_at=user.password_changed_at or at)
    user.set_password(first)
    user.must_change_password = True
    user.password_changed_at = at
    _save(user, by=by, reason="重置口令", fields=["password", "must_change_password", "password_changed_at"])
    unlock(username=user.username)
    _tell("access.password_reset", user, by=by, at=at)
    return first


@transaction.atomic
def set_role(*, user: User, role: Role, by: User, at: datetime) -> None:
    """Another role; sessions of the account end at the next request. Nobody changes their own (三权分立)."""
    _not_oneself(user, by)
    if user.role == role:
        return
    before, user.role = user.role, role
    _save(user, by=by, reason="改角色", fields=["role"])
    _tell("access.role_changed", user, by=by, at=at, before=before, after=str(role))


@transaction.atomic
def set_active(*, user: User, active: bool, by: User, at: datetime) -> None:
    """Disable or enable; a disabled account is refused at its next request."""
    _not_oneself(user, by)
    user.is_active = active
    user.session_epoch += 1
    _save(user, by=by, reason="启用" if active else "停用", fields=["is_active", "session_epoch"])
    _tell("access.enabled" if active else "access.disabled", user, by=by, at=at)


@transaction.atomic
def begin_second_factor(*, user: User) -> Authenticator:
    """A fresh secret that counts for nothing until a code of it was entered."""
    Authenticator.objects.filter(user=user, confirmed=False).delete()
    return Authenticator.objects.create(user=user, name="动态口令", confirmed=False)


@transaction.atomic
def confirm_second_factor(*, user: User, code: str, at: datetime) -> tuple[Authenticator, list[str]] | None:
    """The first right code makes the new secret valid, ends the old one, and yields recovery codes to be shown once."""
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(code):
        return None
    Authenticator.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _tell("access.second_factor_set", user, by=user, at=at)
    return device, _new_recovery_codes(user)


def _new_recovery_codes(user: User) -> list[str]:
    user.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(_SPOKEN) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _hash(code: str) -> str:
    return blind_index("recovery-code", code.replace("-", "").replace(" ", "").upper())


def verify_second_factor(*, user: User, code: str, at: datetime) -> Authenticator | None:
    """The device if the code is right: six digits, each valid once, or an unused recovery code.

    Wrong codes slow down the next try, recovery codes included; the delay doubles with each.
    """
    with transaction.atomic():
        device = Authenticator.objects.select_for_update().filter(user=user, confirmed=True).first()
        if device is None:
            return None
        allowed, _ = device.verify_is_allowed()
        if code.isdigit() and len(code) <= device.digits:
            return device if device.verify_token(code) else None
        if allowed and _spend_recovery_code(user, code, at):
            device.throttle_reset()
            return device
        if allowed:
            device.throttle_increment()
        return None


def _spend_recovery_code(user: User, code: str, at: datetime) -> bool:
    spent = user.recovery_codes.filter(code_hash=_hash(code), used_at__isnull=True).update(used_at=at)
    if spent:
        _tell("access.recovery_code_used", user, by=user, at=at)
    return bool(spent)


@transaction.atomic
def reset_second_factor(*, user: User, by: User, at: datetime) -> None:
    """For a lost phone: the person enrols again at the next log-in. Sessions of the account end."""
    _not_oneself(user, by)
    Authenticator.objects.filter(user=user).delete()
    user.recovery_codes.all().delete()
    user.session_epoch += 1
    _save(user, by=by, reason="重置动态口令", fields=["session_epoch"])
    _tell("access.second_factor_reset", user, by=by, at=at)


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise Refused("不能改动自己的账号，请另一位系统管理员来做。")


def _save(user: User, *, by: User | None, reason: str, fields: list[str] | None = None) -> None:
    user._history_user = by  # type: ignore[attr-defined]
    user._change_reason = reason  # type: ignore[attr-defined]
    user.save(update_fields=fields)


def _tell(kind: str, user: User, *, by: User | None, at: datetime, **data: str) -> None:
    """Into the ledger by the account's id only; events hold no names."""
    code = user.staff.center.code if user.staff else ""
    facts = {"account": user.pk, **data}
    ledger.append(docket="", kind=kind, center_code=code, actor=by, occurred_at=at, data=facts)
