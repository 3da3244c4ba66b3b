"""What the administrator enters about people, accounts and places."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hall.access.enums import Role
from hall.access.models import USERNAME, User
from hall.access.roles import TABLE
from hall.forms import HallForm, HallModelForm
from hall.organisation import staff_import
from hall.organisation.models import (
    PHONE,
    Center,
    Department,
    Installation,
    OpeningException,
    OpeningHours,
    Post,
    Staff,
    Window,
)
from hall.organisation.staff_import import StaffRow
from hall.organisation.tables import Row, Table, TableError, read_table


class StaffForm(HallForm):
    """One person, in the words and by the rules of the import table, so that both say the same."""

    title = "人员"
    number = forms.CharField(label="工号", max_length=20)
    name = forms.CharField(label="姓名", max_length=50)
    center = forms.CharField(label="中心", max_length=100, help_text="中心全称，或 10 位中心编号。")
    department = forms.CharField(label="部门", max_length=100, required=False, help_text="综合窗口人员可以不填。")
    window = forms.CharField(label="窗口", max_length=10, required=False, help_text="窗口号。")
    phone = forms.CharField(label="办公电话", max_length=40, required=False)
    email = forms.CharField(label="工作邮箱", max_length=254, required=False)
    joined_on = forms.DateField(
        label="到岗日期", required=False, help_text="第一个工作的日子；考核期中间到岗的，考核表注明不满考核期。"
    )

    def __init__(self, *args: Any, centers: QuerySet[Center], person: Staff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.centers, self.person = centers, person
        if person is not None:
            self.fields["number"].disabled = True
        self.row: StaffRow | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        labels = {"number": "工号", "name": "姓名", "center": "中心"}
        cells = {labels.get(name, name): str(value or "") for name, value in data.items()}
        table = Table(tuple(cells), [Row(1, cells)])
        rows, errors = staff_import.read_rows(table, self.centers)
        columns = staff_import.HEADINGS
        number = cells["工号"]  # an error at a field takes it out of the data
        for error in errors:
            self.add_error(columns.get(error.column, error.column), error.sentence)
        if self.person is None and Staff.objects.filter(number=number).exists():
            self.add_error("number", "这个工号已有人使用。")
        self.row = rows[0] if rows else None
        return data

    @staticmethod
    def facts_of(person: Staff) -> dict[str, str]:
        """What the form shows of an existing person."""
        return {
            "number": person.number,
            "name": person.name,
            "center": person.center.code,
            "department": person.department.name if person.department else "",
            "window": person.window.number if person.window else "",
            "phone": person.phone,
            "email": person.email,
            "joined_on": person.joined_on.isoformat() if person.joined_on else "",
        }


class AccountForm(HallForm):
    title = "开户"
    username = forms.CharField(
        label="用户名", max_length=32, validators=[USERNAME], help_text="小写字母和数字，例如 wangli。"
    )
    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices], help_text="一个账号只有一个角色。")

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise ValidationError("这个用户名已有人使用。")
        return username


class RoleForm(HallForm):
    title = "角色"
    role = forms.ChoiceField(
        label="角色",
        choices=[(line.role.value, f"{line.label}：{line.description}") for line in TABLE.values()],
        widget=forms.RadioSelect,
    )


class LeaveForm(HallForm):
    title = "离岗"
    on = forms.DateField(label="最后工作日")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        on = cast(date, self.cleaned_data["on"])
        if abs((on - self.today).days) > 366:
            raise ValidationError("离岗日期与今天相差不能超过一年。")
        return on


class UploadForm(HallForm):
    """A table to try; reading it is part of checking it."""

    title = "导入人员"
    file = forms.FileField(
        label="表格文件", help_text="CSV 或 XLSX，列：工号、姓名、中心，可有部门、窗口、办公电话、工作邮箱、到岗日期。"
    )
    table: Table | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.table = read_table(file, max_rows=staff_import.MAX_STAFF_ROWS)
            self.table.require("工号", "姓名", "中心")
        except TableError as error:
            raise ValidationError(str(error)) from error
        return file


class PlaceForm(HallModelForm):
    """A row of one center: the center is given by the page, and takes part in the constraints."""

    def __init__(self, *args: Any, center: Center, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.center = center
        if self.instance.pk is None and hasattr(self.instance, "center_id"):
            self.instance.center = center
        people = Staff.objects.filter(center=center, left_on__isnull=True)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                ours = field.queryset is not None and field.queryset.model is Staff
                field.queryset = people if ours else Department.objects.filter(center=center)
                field.empty_label = "请选择" if field.required else "（无）"
            elif isinstance(field, forms.TypedChoiceField):
                stock: Any = field.choices
                field.choices = [(value, label if value != "" else "请选择") for value, label in stock]
            elif isinstance(field, forms.TimeField):
                field.widget.input_type = "time"

    def _get_validation_exclusions(self) -> set[str]:
        return set(super()._get_validation_exclusions()) - {"center"}  # type: ignore[misc]


class DepartmentForm(PlaceForm):
    class Meta:
        model = Department
        fields = ["name", "code", "phone", "head", "chief_representative"]


class WindowForm(PlaceForm):
    class Meta:
        model = Window
        fields = ["number", "name", "department", "floor", "closed_on"]


class PostForm(PlaceForm):
    class Meta:
        model = Post
        fields = ["department", "name", "holder_a", "holder_b"]


class CenterForm(PlaceForm):
    class Meta:
        model = Center
        fields = ["name", "address", "phone", "off_hours_phone", "latitude", "longitude", "closed_on"]


class BranchForm(HallForm):
    """A branch (分中心) of a center; its number is given, not asked for."""

    title = "新设分中心"
    name = forms.CharField(label="名称", max_length=100)
    address = forms.CharField(label="地址", max_length=200, required=False)
    phone = forms.CharField(label="办公电话", max_length=40, required=False, validators=[PHONE])


class OpeningHoursForm(PlaceForm):
    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]


class OpeningExceptionForm(PlaceForm):
    class Meta:
        model = OpeningException
        fields = ["on", "kind", "opens", "closes", "note"]


class SettingsForm(HallModelForm):
    class Meta:
        model = Installation
        fields = [
            "name", "organiser", "contact", "site_code", "icp", "police_record",
            "password_policy", "second_factor_for_all", "idle_minutes",
        ]  # fmt: skip
