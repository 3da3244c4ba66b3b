"""What the catalogue asks people. Forms validate; actions save."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet, inlineformset_factory

from approvals.catalogue import queries
from approvals.catalogue.enums import STATUTORY_UNITS, ItemKind, LimitUnit, ServiceTarget, VersionStatus
from approvals.catalogue.files import MAX_BYTES, CheckedFile, FileRefusedError, check_file
from approvals.catalogue.models import (
    Condition,
    FeeItem,
    ItemVersion,
    LegalBasis,
    Material,
    Part,
    ServiceItem,
    StepLimit,
)
from approvals.catalogue.publishing import Section
from hall.access.models import User
from hall.access.scope import departments_of
from hall.forms import HallForm, HallModelForm
from hall.organisation.models import Department

if TYPE_CHECKING:
    _Rows = BaseInlineFormSet[Any, Any, Any]
else:  # generic for the type checker only
    _Rows = BaseInlineFormSet

LONGEST_LIMIT = 3650
MAX_ROWS = 60
MOVES_CHOICES = [("unknown", "按适用制度"), ("true", "顺延"), ("false", "不顺延")]
TEXT_ROWS = forms.Textarea(attrs={"rows": 3})
STATUTORY_CHOICES = [("", "—"), *((unit.value, unit.label) for unit in LimitUnit if unit in STATUTORY_UNITS)]
UPLOAD_HELP = f"PDF、Word、Excel、WPS 或图片，不超过 {MAX_BYTES // 1024 // 1024} MB。"


class LimitPairs(HallModelForm):
    """A form with counts and units: both or neither, and no count beyond ten years."""

    pairs: tuple[tuple[str, str], ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, _ in self.pairs:
            count = self.fields[f"{name}_count"]
            count.widget.attrs.update({"min": 0, "max": LONGEST_LIMIT})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name, label in self.pairs:
            count, unit = data.get(f"{name}_count"), data.get(f"{name}_unit")
            if count is not None and count > LONGEST_LIMIT:
                self.add_error(f"{name}_count", f"{label}最多 {LONGEST_LIMIT}，请核对数字和单位。")
            if count is not None and not unit and f"{name}_unit" not in self.errors:
                self.add_error(f"{name}_unit", f"请选择{label}的单位。")
            if unit and count is None and f"{name}_count" not in self.errors:
                self.add_error(f"{name}_count", f"请填写{label}，或者把单位清空。")
        return data


class BasicForm(HallModelForm):
    """名称、类型和适用制度."""

    class Meta:
        model = ItemVersion
        fields = ["name", "kind", "case_kind", "instant_deadline", "target", "regime", "summary", "change_note"]
        widgets = {"summary": TEXT_ROWS}
        help_texts = {
            "instant_deadline": "只对即办件有意义。",
            "regime": "时限、停表、延期、视为受理、送达期限都由它决定。",
            "summary": "用老百姓的话说这是办什么的。",
            "change_note": "和上一版相比改了什么、为什么。",
        }

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regime"].queryset = queries.regimes_on(on)  # type: ignore[attr-defined]


class LimitsForm(LimitPairs):
    """法定时限、承诺时限和容缺."""

    pairs = (("statute", "法定时限"), ("promise", "承诺时限"), ("supplement", "容缺补齐期限"))

    class Meta:
        model = ItemVersion
        fields = [
            "statute_count", "statute_unit", "statute_note", "promise_count", "promise_unit", "promise_note",
            "extends_promise", "promise_supplement", "supplement_count", "supplement_unit", "supplement_rule",
        ]  # fmt: skip
        widgets = {"statute_note": forms.Textarea(attrs={"rows": 2}), "promise_note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "statute_note": "长于适用制度的，写明另有规定的法律、法规和条款。",
            "extends_promise": "延期以后，承诺的日子是否一同后延。",
            "supplement_rule": "写明允许容缺受理的规定和条款。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statute_unit"].choices = STATUTORY_CHOICES  # type: ignore[attr-defined]
        # Unset has a meaning of its own here, which "unknown" does not say.
        self.fields["extends_promise"].widget.choices = MOVES_CHOICES


class ServiceForm(HallModelForm):
    """在哪办、找谁办、办成什么样."""

    class Meta:
        model = ItemVersion
        fields = [
            "by_counter", "by_online", "by_post", "visits", "visits_reason", "quantity_limit", "result_name",
            "result_kind", "result_validity", "place", "hours", "phone", "complaint", "remedies",
        ]  # fmt: skip
        widgets = {"remedies": TEXT_ROWS}
        help_texts = {
            "quantity_limit": "没有限制的写“无数量限制”。",
            "place": "不填的用中心的地址。",
            "hours": "不填的用中心的开放时间。",
            "phone": "不填的用部门或中心的电话。",
            "remedies": "不填的用适用制度的救济途径。",
        }


class MaterialsForm(HallModelForm):
    class Meta:
        model = ItemVersion
        fields = ["no_materials"]


class FeesForm(HallModelForm):
    class Meta:
        model = ItemVersion
        fields = ["is_free"]


class PartForm(HallModelForm):
    """One row of a list; position stays as given, or comes last."""

    position = forms.IntegerField(label="顺序", required=False, min_value=1, max_value=999)

    def has_changed(self) -> bool:
        """A new row whose cells are all empty, or stand as they were offered, is no row."""
        if self.instance.pk is None:
            return any(self[name].data not in (None, "", False) for name in self.changed_data)
        return bool(super().has_changed())

    def clean_position(self) -> int:
        return self.cleaned_data.get("position") or 0


class BasisForm(PartForm):
    class Meta:
        model = LegalBasis
        fields = ["rank", "title", "document_no", "article", "text", "position"]
        widgets = {"text": TEXT_ROWS}


class ConditionForm(PartForm):
    class Meta:
        model = Condition
        fields = ["text", "position"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}


class StepForm(PartForm, LimitPairs):
    pairs = (("limit", "环节时限"),)

    class Meta:
        model = StepLimit
        fields = ["name", "handler", "limit_count", "limit_unit", "standard", "outcome", "position"]


class FeeForm(PartForm):
    class Meta:
        model = FeeItem
        fields = ["name", "amount", "standard", "basis", "basis_rank", "reduction", "position"]
        help_texts = {"basis_rank": "行政许可只能依据法律、行政法规收费。"}


class MaterialForm(PartForm):
    """A material with its two downloads; files are judged by their content."""

    blank_upload = forms.FileField(label="空白表格", required=False, help_text=UPLOAD_HELP)
    blank_clear = forms.BooleanField(label="去掉现有的空白表格", required=False)
    sample_upload = forms.FileField(label="填写样例", required=False, help_text=UPLOAD_HELP)
    sample_clear = forms.BooleanField(label="去掉现有的填写样例", required=False)

    class Meta:
        model = Material
        fields = ["name", "need", "condition", "form", "copies", "source", "basis", "hint", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, current in (("blank", self.instance.blank_form), ("sample", self.instance.sample)):
            if current is None:
                del self.fields[f"{name}_clear"]
            else:
                self.fields[f"{name}_upload"].help_text = f"现有“{current.name}”，再传一个就替换它。{UPLOAD_HELP}"

    def clean_blank_upload(self) -> CheckedFile | None:
        return self._checked("blank_upload")

    def clean_sample_upload(self) -> CheckedFile | None:
        return self._checked("sample_upload")

    def _checked(self, name: str) -> CheckedFile | None:
        upload: UploadedFile | None = self.cleaned_data.get(name)
        if upload is None:
            return None
        try:
            return check_file(upload.name or "", upload.read(MAX_BYTES + 1))
        except FileRefusedError as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def uploads(self) -> dict[str, CheckedFile | None]:
        """Column → the new file, or None where the old one is to go; untouched columns are left out."""
        found: dict[str, CheckedFile | None] = {}
        for name, column in (("blank", "blank_form"), ("sample", "sample")):
            if self.cleaned_data.get(f"{name}_upload"):
                found[column] = self.cleaned_data[f"{name}_upload"]
            elif self.cleaned_data.get(f"{name}_clear"):
                found[column] = None
        return found


class PartFormSet(_Rows):
    """Rows of one list. A row nobody filled is no row; the box to take one away has a Chinese name."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "去掉这一行"
        form.empty_permitted = form.empty_permitted or index is None


@dataclass(frozen=True, slots=True)
class SectionForms:
    """One section of the edit page: its title, the columns it asks for, the list it keeps."""

    title: str
    noun: str = ""
    form: type[HallModelForm] | None = None
    part_form: type[PartForm] | None = None

    def formset(self, version: ItemVersion, data: Any = None, files: Any = None) -> PartFormSet | None:
        """The rows of the list; an empty one stands ready for those without script."""
        if self.part_form is None:
            return None
        model: type[Part] = self.part_form._meta.model
        made = inlineformset_factory(
            ItemVersion, model, form=self.part_form, formset=PartFormSet, extra=1, max_num=MAX_ROWS,
            absolute_max=MAX_ROWS + 40, validate_max=True, can_delete=True,
        )  # fmt: skip
        return cast(PartFormSet, made(data, files, instance=version, prefix="rows"))


SECTIONS: Mapping[Section, SectionForms] = {
    Section.BASIC: SectionForms("基本信息", form=BasicForm),
    Section.LIMITS: SectionForms("时限和容缺", form=LimitsForm),
    Section.BASES: SectionForms("设定依据", "依据", part_form=BasisForm),
    Section.CONDITIONS: SectionForms("受理条件", "条件", part_form=ConditionForm),
    Section.STEPS: SectionForms("办理环节", "环节", part_form=StepForm),
    Section.MATERIALS: SectionForms("申请材料", "材料", form=MaterialsForm, part_form=MaterialForm),
    Section.FEES: SectionForms("收费", "收费", form=FeesForm, part_form=FeeForm),
    Section.SERVICE: SectionForms("办理和结果", form=ServiceForm),
}


class NewItemForm(HallModelForm):
    """A new item: code, department, name, kind."""

    name = forms.CharField(label="事项名称", max_length=200)
    kind = forms.ChoiceField(label="事项类型", choices=ItemKind.choices)

    class Meta:
        model = ServiceItem
        fields = ["code", "department"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["department", "code", "name", "kind"])
        self.fields["department"].queryset = departments_of(user).select_related("center")  # type: ignore[attr-defined]


class AbolishForm(HallForm):
    reason = forms.CharField(label="取消依据", max_length=300, help_text="例如国务院决定的文号；会显示在事项的历史里。")


class ListForm(HallForm):
    """One list of items to import."""

    file = forms.FileField(label="事项清单", help_text="CSV 或 XLSX。第一行是列名，见下面的说明。")


class DepartmentChoice(forms.ModelChoiceField):
    """Departments by name; with their center where the list spans several, since names repeat from place to place."""

    several = False

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.center.name}）" if self.several else str(obj.name)


class FilterForm(forms.Form):
    """Filters of the management list; they live in the address, and nonsense is the same as nothing."""

    q = forms.CharField(label="名称、编码或拼音", required=False, max_length=queries.MAX_SEARCH)
    status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            (VersionStatus.PUBLISHED.value, "现行"),
            (VersionStatus.DRAFT.value, "有草稿"),
            (VersionStatus.ABOLISHED.value, "已取消"),
        ],
    )
    department = DepartmentChoice(label="部门", required=False, queryset=Department.objects.none(), empty_label="全部")

    def __init__(self, *args: Any, departments: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(DepartmentChoice, self.fields["department"])
        field.queryset = departments.select_related("center")
        centers = departments.order_by("center_id").values_list("center_id", flat=True).distinct()[:2]
        field.several = self.several_centers = len(centers) > 1

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for; a filter that makes no sense is left out."""
        self.is_valid()
        department = self.cleaned_data.get("department")
        return {
            "text": self.cleaned_data.get("q", ""),
            "status": self.cleaned_data.get("status", ""),
            "department": department.pk if department else None,
        }


class GuideSearchForm(FilterForm):
    """What a citizen looks for."""

    status = None  # type: ignore[assignment]
    target = forms.ChoiceField(
        label="谁来办",
        required=False,
        choices=[
            ("", "个人和企业"),
            (ServiceTarget.PERSON.value, "个人办事"),
            (ServiceTarget.ORGANISATION.value, "企业和组织办事"),
        ],
    )

    @property
    def chosen(self) -> dict[str, Any]:
        asked = super().chosen
        del asked["status"]
        return {**asked, "target": self.cleaned_data.get("target", "")}
