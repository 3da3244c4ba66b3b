"""The brake of the log-in: what no lock of one name at one address sees (A09, ASVS 6.1.1, 6.3.1).

One name at one address is locked after five wrong passwords for half an hour (django-axes). Beside that, failures are
counted by address and over all addresses nobody of the staff logged in from lately. Where either allowance is used up,
log-ins from strange addresses wait until the window is over or an administrator lifts the brake. An address somebody
of the staff logged in from, such as the one a whole hall shares, is never held back: a stranger cannot lock a hall out.
The numbers are code and no settings: docs/security.md, "Guessing", says why and which standard leaves them to us.
Reading only; counting and lifting are in brake_actions.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum

from hall.access.devices import address_digest
from hall.access.health import Sign
from hall.access.models import StaffAddress, User
from hall.ledger import limit_actions
from hall.ledger.limit_actions import Allowance

PER_ADDRESS: Final = Allowance("login.address", 30, timedelta(hours=1))
IN_ALL: Final = Allowance("login.all", 200, timedelta(minutes=15))
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class State:
    """The brake at one moment: strange failures of the window, and addresses that used up theirs."""

    failures: int
    addresses: int

    @property
    def on(self) -> bool:
        return self.failures >= IN_ALL.tries


def is_known(address: str) -> bool:
    """Whether somebody of the staff logged in from there lately (kept as long as answers are told apart by it)."""
    return StaffAddress.objects.filter(address_key=address_digest(address)).exists()


def holds_back(address: str, *, at: datetime) -> bool:
    """Whether a log-in from there has to wait, whatever its password."""
    of_address, of_all = limit_actions.counts((PER_ADDRESS, address), (IN_ALL, ALL), at=at)
    over = of_address >= PER_ADDRESS.tries or of_all >= IN_ALL.tries
    return over and not is_known(address)


def state(at: datetime) -> State:
    """For the page of the administrator and the health page."""
    (failures,) = limit_actions.counts((IN_ALL, ALL), at=at)
    return State(failures, limit_actions.keys_over(PER_ADDRESS, at=at))


def locked_accounts(reach: QuerySet[User], *, at: datetime) -> QuerySet[User]:
    """The accounts in reach that are locked at some address at this moment, by name."""
    since = at - timedelta(hours=settings.AXES_COOLOFF_TIME)
    places = AccessAttempt.objects.filter(attempt_time__gte=since).order_by().values("username", "ip_address")
    locked = places.annotate(failures=Sum("failures_since_start")).filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return reach.filter(username__in=locked.values("username")).select_related("staff__center").order_by("username")


def sign(at: datetime) -> Sign:
    """A line of the health page: an attack on the log-in is seen where one looks for trouble."""
    now = state(at)
    if not (now.on or now.addresses):
        return Sign("登录失败", True, f"15 分钟内陌生地址失败 {now.failures} 次", vital=False)
    what = "陌生网络地址暂停登录" if now.on else f"{now.addresses} 个网络地址暂停登录"
    return Sign("登录失败", False, f"15 分钟内陌生地址失败 {now.failures} 次，{what}", vital=False)
