"""The demonstration center: regions, opening hours, departments, windows, people, posts, accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from approvals.demonstration import content
from hall.access import actions as access
from hall.access.enums import Role
from hall.access.models import User
from hall.organisation import actions
from hall.organisation.enums import Level
from hall.organisation.models import Center, Department, OpeningHours, Post, Region, Staff, Window
from hall.organisation.tables import read_table

M = TypeVar("M", bound=Model)
REASON = "演示数据"
LOGINS = ("clerk", "approver", "chief", "supervisor", "admin", "auditor")


@dataclass(frozen=True, slots=True)
class Hall:
    """What the other loaders need of the center, by the names its content uses."""

    center: Center
    departments: dict[str, Department]
    staff: dict[str, Staff]
    users: dict[str, User]

    def chief_of(self, department: Department) -> User:
        """The chief representative of a department, who heads the organ here."""
        chief = department.chief_representative
        assert chief is not None  # noqa: S101 - the content names one for every department
        return self.users[chief.user.username]


def load(*, at: datetime, password: str) -> Hall:
    """Make the center and everybody in it. The six log-ins share `password`; other accounts cannot log in."""
    given = content.organisation()
    people = {person["number"]: person for person in given["staff"]}
    admin, _ = access.create_account(
        username="admin", role=Role.ADMIN, staff=None, by=None, at=at, password=password, demonstration=True
    )
    center = _center(given, by=admin)
    departments = {
        row["name"]: _save(Department(center=center, **_only(row, "name", "code", "phone")), admin)
        for row in given["department"]
    }
    windows = {
        row["number"]: _save(
            Window(
                center=center,
                department=departments.get(row.get("department", "")),
                **_only(row, "number", "name", "floor"),
            ),
            admin,
        )
        for row in given["window"]
    }
    staff = {number: _save(_person(person, center, departments, windows), admin) for number, person in people.items()}
    _posts_and_heads(given, departments, staff, by=admin)
    users = _accounts(people, staff, admin, at=at, password=password)
    return Hall(center, departments, staff, users)


def _only(row: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: row[key] for key in keys if key in row}


def _save(row: M, by: User) -> M:
    return actions.save(row, by=by, reason=REASON)


def _center(given: dict[str, Any], *, by: User) -> Center:
    """City and county with their centers, then a few towns and villages so that the four levels can be seen."""
    city = _save(Region(level=Level.CITY, **given["region"]["city"]), by)
    county = _save(Region(level=Level.COUNTY, parent=city, **given["region"]["county"]), by)
    above = actions.add_center(
        name=f"{city.name}政务服务中心", level=Level.CITY, region=city, parent=None, by=by, main=True
    )
    facts = _only(given["center"], "name", "center_no", "address", "phone", "off_hours_phone")
    center = _save(
        Center(level=Level.COUNTY, region=county, region6=county.code6, parent=above, main=True, **facts), by
    )
    for span in given["opening"]:
        for weekday in span["weekdays"]:
            _save(OpeningHours(center=center, weekday=weekday, opens=span["opens"], closes=span["closes"]), by)
    with (content.FOLDER / "regions.csv").open("rb") as file:
        actions.import_regions(read_table(file), by=by)
    return center


def _person(
    row: dict[str, Any], center: Center, departments: dict[str, Department], windows: dict[str, Window]
) -> Staff:
    return Staff(
        center=center,
        department=departments.get(row.get("department", "")),
        window=windows.get(row.get("window", "")),
        **_only(row, "number", "name", "phone"),
    )


def _posts_and_heads(
    given: dict[str, Any], departments: dict[str, Department], staff: dict[str, Staff], *, by: User
) -> None:
    for row in given["department"]:
        department = departments[row["name"]]
        department.head = staff[row["head"]]
        department.chief_representative = staff[row["chief_representative"]]
        _save(department, by)
    for row in given["post"]:
        _save(
            Post(
                department=departments[row["department"]],
                name=row["name"],
                holder_a=staff[row["holder_a"]],
                holder_b=staff[row["holder_b"]],
            ),
            by,
        )


def _accounts(
    people: dict[str, dict[str, Any]], staff: dict[str, Staff], admin: User, *, at: datetime, password: str
) -> dict[str, User]:
    """The six log-ins by role, and accounts without a password for everybody else who acts in the cases."""
    users: dict[str, User] = {}
    for number, person in people.items():
        account = person.get("account")
        if account is None:
            continue
        name, role = account["username"], Role(account["role"])
        if name == admin.username:
            users[name] = _give_staff(admin, staff[number])
        elif name in LOGINS:
            users[name], _ = access.create_account(
                username=name, role=role, staff=staff[number], by=admin, at=at, password=password, demonstration=True
            )
        else:
            users[name] = _without_password(name, role, staff[number], at=at)
    return users


def _give_staff(user: User, person: Staff) -> User:
    """The administrator was there before any person could be."""
    user.staff = person
    user.save(update_fields=["staff"])
    return user


def _without_password(name: str, role: Role, person: Staff, *, at: datetime) -> User:
    """An account nobody can log in with; hashing a random password for each would cost seconds."""
    user = User(
        username=name, role=role, staff=person, demonstration=True, must_change_password=False, password_changed_at=at
    )
    user.set_unusable_password()
    user.save()
    return user
