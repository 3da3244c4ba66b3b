"""Small builders of real rows for tests: each makes what it needs, with invented data, and takes overrides."""

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from approvals.cases import actions
from approvals.cases.actions import Application, MaterialFacts, PartyFacts
from approvals.cases.enums import MaterialState, PartyKind
from approvals.cases.models import Case
from approvals.catalogue.enums import CaseKind, ItemKind, LimitUnit, MaterialNeed, VersionStatus
from approvals.catalogue.models import ItemVersion, LegalBasis, Material, PauseGround, Regime, ServiceItem, StepLimit
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import Level
from hall.organisation.models import Center, Department, Region, Staff, Window
from hall.privacy.canonical import identity_check_character
from hall.privacy.enums import IdentityKind

_numbers = itertools.count(1)
_neighbours = itertools.count()  # counted apart, so that two made after one another stand in that order by their codes
# Monday; the worked example of the clock begins here.
MONDAY = timezone.make_aware(datetime.fromisoformat("2026-04-13T10:08"))


def moment(text: str) -> datetime:
    """`2026-04-13 10:08` in Beijing time."""
    return timezone.make_aware(datetime.fromisoformat(text))


def make_region(code12: str = "130302000000", name: str = "海港区", level: str = Level.COUNTY) -> Region:
    region, _ = Region.objects.get_or_create(code12=code12, defaults={"name": name, "level": level})
    return region


def make_center(name: str = "海港区政务服务中心", **facts: Any) -> Center:
    """A main center of 海港区, or of a made-up neighbour when that one is taken."""
    number = facts.pop("center_no", None) or "0012"
    region = facts.pop("region", None) or make_region()
    if Center.objects.filter(region=region).exists():
        region = make_region(f"1303{next(_neighbours) % 90 + 10:02d}{next(_numbers):06d}", "邻区")
    defaults = {"level": Level.COUNTY, "address": "演示路 1 号", "phone": "0335-3000001"}
    return Center.objects.create(
        name=name, region=region, region6=region.code6, center_no=number, **{**defaults, **facts}
    )


def make_department(center: Center | None = None, name: str = "行政审批局", **facts: Any) -> Department:
    return Department.objects.create(center=center or make_center(), name=name, **facts)


def make_staff(
    department: Department | None = None, *, center: Center | None = None, name: str = "", **facts: Any
) -> Staff:
    number = next(_numbers)
    home = center or (department.center if department else make_center())
    return Staff.objects.create(
        center=home, department=department, number=f"T{number:07d}", name=name or f"测试人员{number}", **facts
    )


def make_user(role: str = Role.CLERK, staff: Staff | None = None, **facts: Any) -> User:
    """An account that has changed its first password and needs no second factor."""
    defaults = {"must_change_password": False, "demonstration": True, "password_changed_at": timezone.now()}
    if staff is None:
        staff = make_staff(facts.pop("department", None) or make_department())
    username = facts.pop("username", f"user{next(_numbers)}")
    return User.objects.create_user(
        username, "correct-horse-battery-1", role=role, staff=staff, **{**defaults, **facts}
    )


def make_window(center: Center, **facts: Any) -> Window:
    number = next(_numbers)
    return Window.objects.create(center=center, number=str(number), name=f"{number} 号综合窗口", **facts)


def make_item_version(
    department: Department | None = None,
    *,
    promise: tuple[int, str] | None = (20, LimitUnit.WORKDAY),
    statute: tuple[int, str] | None = (20, LimitUnit.WORKDAY),
    regime: str | None = "licensing-law",
    case_kind: str = CaseKind.PROMISE,
    publish: bool = True,
    steps: tuple[tuple[str, int], ...] = (("审查", 15), ("决定", 5)),
    materials: tuple[str, ...] = ("申请书", "营业执照复印件"),
    deferrable: tuple[str, ...] = (),
    **facts: Any,
) -> ItemVersion:
    """A version of a new item, published unless asked otherwise, without going through the publish gate."""
    department = department or make_department()
    number = next(_numbers)
    item = ServiceItem.objects.create(code=f"TEST{number:07d}", name=f"测试许可{number}", department=department)
    version = ItemVersion.objects.create(
        item=item,
        name=item.name,
        kind=ItemKind.PERMIT,
        case_kind=case_kind,
        regime=Regime.objects.get(code=regime) if regime else None,
        promise_count=promise[0] if promise else None,
        promise_unit=promise[1] if promise else "",
        statute_count=statute[0] if statute else None,
        statute_unit=statute[1] if statute else "",
        is_free=True,
        result_name="测试许可证",
        remedies="可以自知道该决定之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
        promise_supplement=bool(deferrable),
        supplement_count=5 if deferrable else None,
        supplement_unit=LimitUnit.WORKDAY if deferrable else "",
        **facts,
    )
    LegalBasis.objects.create(version=version, title="中华人民共和国行政许可法", article="第四十二条")
    for position, (name, days) in enumerate(steps):
        StepLimit.objects.create(
            version=version, position=position, name=name, limit_count=days, limit_unit=LimitUnit.WORKDAY
        )
    for position, name in enumerate((*materials, *deferrable)):
        need = MaterialNeed.DEFERRABLE if name in deferrable else MaterialNeed.REQUIRED
        Material.objects.create(version=version, position=position, name=name, need=need)
    if publish:
        version.status = VersionStatus.PUBLISHED
        version.published_at = MONDAY - timedelta(days=30)
        version.save()
        item.current = version
        item.save()
    return version


def identity_number(serial: int | None = None, *, born: date = date(1990, 3, 7)) -> str:
    """A synthetic 18-digit number of area 130302 with the right check character; it belongs to nobody on purpose."""
    body = f"130302{born:%Y%m%d}{(serial if serial is not None else next(_numbers)) % 1000:03d}"
    return body + identity_check_character(body)


def person(name: str = "张小明", **facts: Any) -> PartyFacts:
    defaults = {"identity_kind": IdentityKind.RESIDENT, "identity": identity_number(), "phone": "13800000000"}
    return PartyFacts(kind=PartyKind.PERSON, name=name, **{**defaults, **facts})


class Hall:
    """One department with everybody a case needs: clerk, approver, chief who heads the organ, and a second approver."""

    def __init__(self, center: Center | None = None) -> None:
        self.center = center or make_center()
        self.department = make_department(self.center)
        self.window = make_window(self.center, department=self.department)
        self.clerk = self._user(Role.CLERK, window=self.window)
        self.other_clerk = self._user(Role.CLERK)
        self.approver = self._user(Role.APPROVER)
        self.second = self._user(Role.APPROVER)
        self.chief = self._user(Role.CHIEF)
        self.department.head = self.department.chief_representative = self.chief.staff
        self.department.save()
        self.supervisor = make_user(Role.SUPERVISOR, make_staff(center=self.center))
        self.auditor = make_user(Role.AUDITOR, make_staff(center=self.center))
        self.admin = make_user(Role.ADMIN, make_staff(center=self.center))

    def _user(self, role: str, **facts: Any) -> User:
        return make_user(role, make_staff(self.department, **facts))

    def everybody(self) -> tuple[User, ...]:
        """One account of every role, for truth tables."""
        return (self.clerk, self.approver, self.chief, self.supervisor, self.admin, self.auditor)

    def ground(self, code: str = "expert_review") -> PauseGround:
        return PauseGround.objects.get(regime__code="licensing-law", code=code)


def application(version: ItemVersion, *, complete: bool = True, **facts: Any) -> Application:
    """A filled form; complete means every required material is there."""
    state = MaterialState.RECEIVED if complete else MaterialState.MISSING
    lines = tuple(
        MaterialFacts(material=m, state=state) for m in version.materials.all() if m.need == MaterialNeed.REQUIRED
    )
    return Application(version=version, **{"applicant": person(), "materials": lines, **facts})


def make_case(hall: Hall, version: ItemVersion | None = None, *, at: datetime = MONDAY, **facts: Any) -> Case:
    """A case filed at the window by the hall's clerk."""
    version = version or make_item_version(hall.department)
    return actions.register(application(version, **facts), by=hall.clerk, at=at)


def accepted_case(hall: Hall, version: ItemVersion | None = None, *, at: datetime = MONDAY, **facts: Any) -> Case:
    """A case filed and accepted in the same minute."""
    case = make_case(hall, version, at=at, **facts)
    return actions.accept(case, by=hall.clerk, at=at)
