"""The only door for writing to devices: register, a new code, pair, revoke, and what was seen where."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hall.access.devices import NOWHERE, address_digest, key_digest
from hall.access.enums import DeviceKind
from hall.access.models import Device, StaffAddress, User
from hall.access.rules import has_right
from hall.access.scope import centers_of
from hall.ledger import actions as ledger
from hall.organisation.errors import Refused
from hall.organisation.models import Center, Window
from hall.privacy.canonical import half_width
from hall.privacy.indexes import blind_index

CODE_LENGTH: Final = 8
CODE_LASTS: Final = timedelta(minutes=10)
_SEEN_EVERY: Final = timedelta(minutes=5)
_SPOKEN: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O: five bits a letter, forty in all


@transaction.atomic
def register_device(
    *, kind: str, name: str, center: Center, window: Window | None, by: User, at: datetime
) -> tuple[Device, str]:
    """Register a screen; returns it with the code to type in on it, which is shown once. Raises Refused."""
    _may(by, center)
    if kind == DeviceKind.PAD and (window is None or window.center_id != center.pk):
        raise Refused("评价器要写明放在本中心的哪个窗口。")
    if Device.objects.filter(center=center, name=name, revoked_at__isnull=True).exists():
        raise Refused("这个中心已有同名的设备。")
    device = Device.objects.create(
        kind=kind, name=name, center=center, window=window, registered_by=by, registered_at=at
    )
    return device, _new_code(device, at)


@transaction.atomic
def renew_code(*, device: Device, by: User, at: datetime) -> str:
    """A fresh code, for a device that was never paired in time or is replaced. The old key ends when it is used."""
    held = _locked(device)
    _may(by, held.center)
    if held.revoked_at is not None:
        raise Refused("这台设备已经停用。")
    return _new_code(held, at)


@transaction.atomic
def pair(*, code: str, at: datetime) -> tuple[Device, str]:
    """The code was typed in on the device: returns it with the key it is to carry. Raises Refused for a wrong code."""
    digest = _code_digest(code)
    waiting = Device.objects.select_for_update(of=("self",)).select_related("center")
    device = waiting.filter(code_digest=digest, code_until__gt=at, revoked_at__isnull=True).first()
    if device is None:
        raise Refused("配对码不对，或已超过 10 分钟。请核对后再输，或请管理设备的人重新生成。")
    key = secrets.token_urlsafe(32)
    device.key_digest = key_digest(key)
    device.code_digest, device.code_until = "", None
    device.paired_at = device.seen_at = at
    device.save()
    _tell("device.paired", device, by=None, at=at)
    return device, key


@transaction.atomic
def revoke_device(*, device: Device, by: User, at: datetime) -> None:
    """End a device: its key opens nothing any more. A second call changes nothing."""
    held = _locked(device)
    _may(by, held.center)
    if held.revoked_at is None:
        held.key_digest, held.code_digest, held.code_until, held.revoked_at = None, "", None, at
        held.save()
        _tell("device.revoked", held, by=by, at=at)


def note_seen(*, device: Device, at: datetime) -> None:
    """Its pages call this. Once in five minutes is often enough to see that a screen is on."""
    if device.seen_at is None or at - device.seen_at >= _SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(seen_at=at)


def note_staff_address(*, address: str, at: datetime) -> None:
    """Somebody of the staff logged in from this address; what is none (a pipe, a test) is not kept."""
    if address != NOWHERE:
        row = StaffAddress(address_key=address_digest(address), seen_at=at)
        StaffAddress.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["address_key"], update_fields=["seen_at"]
        )


def forget_staff_addresses(*, before: datetime) -> int:
    """Remove what was kept of addresses nobody of the staff logged in from since; returns how many."""
    removed, _ = StaffAddress.objects.filter(seen_at__lte=before).delete()
    return removed


def _new_code(device: Device, at: datetime) -> str:
    code = "".join(secrets.choice(_SPOKEN) for _ in range(CODE_LENGTH))
    device.code_digest, device.code_until = _code_digest(code), at + CODE_LASTS
    device.save(update_fields=["code_digest", "code_until"])
    return f"{code[:4]} {code[4:]}"


def _code_digest(typed: str) -> str:
    """As people type it: spaces, hyphens, case and full width do not matter."""
    return blind_index("device.code", "".join(c for c in half_width(typed).upper() if c.isalnum()))


def _locked(device: Device) -> Device:
    return Device.objects.select_for_update(of=("self",)).select_related("center").get(pk=device.pk)


def _may(by: User, center: Center) -> None:
    if not (has_right(by, "devices.edit") and centers_of(by).filter(pk=center.pk).exists()):
        raise Refused("您不能管理这个中心的设备。")


def _tell(kind: str, device: Device, *, by: User | None, at: datetime) -> None:
    facts = {"device": device.name, "kind": device.kind}
    ledger.append(docket="", kind=kind, center_code=device.center.code, actor=by, occurred_at=at, data=facts)
