"""The made-up city itself: centers on four levels, departments, windows, people, accounts, items."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from approvals.catalogue.enums import CaseKind, ItemKind, LimitUnit, VersionStatus
from approvals.catalogue.models import ItemVersion, LegalBasis, Regime, ServiceItem
from approvals.city.distribution import Weighted, ranked
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation.enums import Level
from hall.organisation.models import Center, Department, OpeningHours, Region, Staff, Window
from hall.organisation.pinyin import spell

CITY6: Final = "139900"  # a code no real city has
TOWNS, VILLAGES = 5, 2
DEPARTMENTS: Final = (
    "市场监督管理局", "公安局", "人力资源和社会保障局", "行政审批局", "医疗保障局", "自然资源和规划局", "民政局",
    "住房和城乡建设局", "卫生健康局", "交通运输局", "税务局", "农业农村局", "教育局", "生态环境局", "水务局",
    "应急管理局", "文化和旅游局", "退役军人事务局", "残疾人联合会", "烟草专卖局",
)  # fmt: skip
# Promise and statute in working days; the first is done on the spot.
LIMITS: Final = ((0, 0), (3, 20), (5, 20), (7, 20), (10, 20), (15, 20), (18, 30), (2, 15))
ITEMS_EACH: Final = len(LIMITS)
PEOPLE_EACH: Final = 4


@dataclass(frozen=True, slots=True)
class Desk:
    """One department of one center as the cases see it: who works there and what it decides."""

    center: Center
    department: Department
    windows: Weighted[Window]
    people: Weighted[User]
    approver: User
    versions: Weighted[ItemVersion]


@dataclass(frozen=True, slots=True)
class City:
    """Everything cases refer to."""

    desks: Weighted[Desk]
    all_desks: tuple[Desk, ...]


def found(random: Random, *, counties: int, at: datetime) -> City:
    """Write the places of the city, as they stood before its first case."""
    centers = _centers(counties)
    desks = []
    for center in centers:
        names = DEPARTMENTS if center.level in (Level.CITY, Level.COUNTY) else ("便民服务中心",)
        desks += [_desk(center, name, place, at=at) for place, name in enumerate(names, 1)]
    weights = [_weight(desk, random) for desk in desks]
    return City(Weighted(desks, weights), tuple(desks))


def _weight(desk: Desk, random: Random) -> float:
    """Counties do most of the work, villages little; within a center the first departments most."""
    level = {Level.CITY: 6.0, Level.COUNTY: 4.0, Level.TOWN: 1.5, Level.VILLAGE: 0.2}[Level(desk.center.level)]
    share = 1.0 / (1 + DEPARTMENTS.index(desk.department.name)) if desk.department.name in DEPARTMENTS else 1.0
    return level * share * (0.7 + 0.6 * random.random())


def _centers(counties: int) -> list[Center]:
    city = _center(Level.CITY, f"{CITY6[:4]}00000000", "样本市", None)
    centers = [city]
    for c in range(1, counties + 1):
        county = _center(Level.COUNTY, f"{CITY6[:4]}{c:02d}000000", f"样本{c}区", city)
        centers.append(county)
        for t in range(1, TOWNS + 1):
            town = _center(Level.TOWN, f"{CITY6[:4]}{c:02d}{t:03d}000", f"样本{c}区第{t}镇", county)
            villages = [
                _center(Level.VILLAGE, f"{CITY6[:4]}{c:02d}{t:03d}{v:03d}", f"样本{c}区第{t}镇第{v}村", town)
                for v in range(1, VILLAGES + 1)
            ]
            centers += [town, *villages]
    for center in centers:
        for day in range(1, 6):
            for opens, closes in (("09:00", "12:00"), ("13:00", "17:00")):
                OpeningHours.objects.create(center=center, weekday=day, opens=opens, closes=closes)
    return centers


def _center(level: Level, code12: str, place: str, parent: Center | None) -> Center:
    above = parent.region if parent else None
    region = Region.objects.create(code12=code12, name=place, level=level, parent=above)
    number = f"{Center.objects.filter(region6=code12[:6]).count() + 1:04d}"
    return Center.objects.create(
        name=f"{place}政务服务中心", level=level, region=region, parent=parent, region6=code12[:6], center_no=number,
        address="样本路 1 号", phone="0000-0000000",
    )  # fmt: skip


def _desk(center: Center, name: str, place: int, *, at: datetime) -> Desk:
    department = Department.objects.create(center=center, name=name, code=f"S{center.pk}-{place}")
    windows = [
        Window.objects.create(center=center, department=department, number=f"{place}{n}", name=name) for n in (1, 2)
    ]
    people = [_person(center, department, windows[n % 2], n) for n in range(PEOPLE_EACH)]
    clerks, (approver, chief) = people[: PEOPLE_EACH - 2], people[PEOPLE_EACH - 2 :]
    department.head = department.chief_representative = chief.staff
    department.save(update_fields=["head", "chief_representative"])
    versions = [_item(department, n, at=at) for n in range(ITEMS_EACH)]
    return Desk(center, department, ranked(windows), ranked(clerks), approver, ranked(versions, 0.6))


def _person(center: Center, department: Department, window: Window, n: int) -> User:
    name = f"样本{department.pk}-{n}"
    full, initials = spell(name)
    clerk = n < PEOPLE_EACH - 2
    staff = Staff(
        center=center, department=department, window=window if clerk else None, number=f"S{department.pk:04d}{n:02d}",
        name=name, pinyin=full, initials=initials,
    )  # fmt: skip
    staff.save()
    role = Role.CLERK if clerk else Role.APPROVER if n == PEOPLE_EACH - 2 else Role.CHIEF
    # Nobody logs in as them until somebody sets a password: "!" is no hash.
    return User.objects.create(
        username=f"s{department.pk}-{n}", role=role, staff=staff, password="!", must_change_password=True,  # noqa: S106
        demonstration=True,
    )  # fmt: skip


def _item(department: Department, n: int, *, at: datetime) -> ItemVersion:
    promise, statute = LIMITS[n]
    name = f"{department.name}样本事项{n + 1}"
    item = ServiceItem.objects.create(code=f"SAMPLE{department.pk:05d}{n:02d}", name=name, department=department)
    version = ItemVersion.objects.create(
        item=item,
        name=name,
        kind=ItemKind.PERMIT,
        case_kind=CaseKind.PROMISE if promise else CaseKind.INSTANT,
        regime=Regime.objects.get(code="licensing-law"),
        promise_count=promise or None,
        promise_unit=LimitUnit.WORKDAY if promise else "",
        statute_count=statute or None,
        statute_unit=LimitUnit.WORKDAY if statute else "",
        is_free=True,
        result_name="样本证",
        remedies="可以依法申请行政复议或者提起行政诉讼。",
    )
    LegalBasis.objects.create(version=version, title="中华人民共和国行政许可法", article="第四十二条")
    version.status, version.published_at = VersionStatus.PUBLISHED, at - timedelta(days=1)
    version.save()
    item.current = version
    item.save()
    return version
