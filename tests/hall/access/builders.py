"""Log-ins for the tests of this room."""

import time

from django.test import Client
from django_otp.oath import TOTP

from hall.access.enums import Role
from hall.access.models import Authenticator, User
from hall.organisation.models import Installation
from tests.builders import make_user

PASSWORD = "correct-horse-battery-1"


def house(**facts: object) -> Installation:
    """The row of this installation, with what a test needs of it."""
    row, _ = Installation.objects.update_or_create(pk=1, defaults=facts)
    return row


def logged_in(role: Role = Role.CLERK, **facts: object) -> tuple[Client, User]:
    """A client whose session belongs to a new account."""
    user = make_user(role, **facts)
    client = Client()
    client.force_login(user)
    return client, user


def bound_device(user: User) -> Authenticator:
    """A confirmed authenticator whose codes the test can compute."""
    return Authenticator.objects.create(user=user, name="动态口令", confirmed=True)


def code_of(device: Authenticator, *, steps: int = 0) -> str:
    """The six digits the phone would show, `steps` half-minutes away from now."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + steps * device.step
    return f"{totp.token():06d}"
