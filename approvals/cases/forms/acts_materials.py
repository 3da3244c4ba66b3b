"""Deeds about materials: what is missing, what came, what was promised."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from django import forms

from approvals.cases.actions import MaterialFacts
from approvals.cases.attachments import MAX_BYTES
from approvals.cases.enums import MaterialState
from approvals.cases.forms.acts import ActForm, WordsField, no_numbers
from approvals.catalogue.models import Material
from hall.facts.errors import Refused
from hall.forms import ErrorLink, HallForm, formset_error_links

_SPARE_ROWS: Final = 2
_MOST_ROWS: Final = 60


def states_of(form: ActForm) -> dict[int, Any]:
    """The check list of the case: material id → its line."""
    return {row.material_id: row for row in form.case.materials.all()}


def all_materials(form: ActForm) -> list[Material]:
    """Every material the item's version lists, in order."""
    return list(form.case.version_filed.materials.all())


def unsettled(form: ActForm) -> list[Material]:
    """Materials neither received nor waived; what is only needed in some cases counts once it was found wanting."""
    lines, missing = states_of(form), set(form.situation.missing)
    wanting = (MaterialState.MISSING, MaterialState.FAULTY, MaterialState.PROMISED)
    return [m for m in all_materials(form) if m.name in missing or (m.pk in lines and lines[m.pk].state in wanting)]


class MaterialBoxes(forms.TypedMultipleChoiceField):
    """Boxes to tick, one a material."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label=label, coerce=int, widget=forms.CheckboxSelectMultiple, **options)

    def offer(self, materials: Iterable[Material]) -> None:
        self.choices = [(m.pk, f"{m.name}　{m.copies} 份 {m.get_form_display()}") for m in materials]


class PromiseForm(ActForm):
    deferred = MaterialBoxes("容缺后补的材料", help_text="只列出可以容缺、现在还没有的材料。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = set(self.situation.missing)
        offered = [m for m in all_materials(self) if m.may_be_deferred and m.name in missing]
        boxes = self.fields["deferred"]
        assert isinstance(boxes, MaterialBoxes)  # noqa: S101 — declared above
        boxes.offer(offered)
        self.initial.setdefault("deferred", [m.pk for m in offered])


class SupplementForm(ActForm):
    received = MaterialBoxes("收到的材料", required=False)
    complete = forms.TypedChoiceField(
        label="补齐情况",
        choices=[("yes", "补齐了，今天受理"), ("no", "还没有补齐，先登记")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes = self.fields["received"]
        assert isinstance(boxes, MaterialBoxes)  # noqa: S101 — declared above
        boxes.offer(unsettled(self))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("complete") is False and not data.get("received"):
            self.add_error("received", "请勾选收到的材料；什么都没收到就不用登记。")
        return data


class NoticeRow(HallForm):
    """One thing to put right: which material, what is wrong with it, how to mend it."""

    name = forms.CharField(label="材料", max_length=100)
    problem = forms.CharField(label="存在的问题", max_length=200, required=False)
    requirement = forms.CharField(label="怎么补", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class RowsForm(ActForm):
    """A form with a table of rows under it; both are checked, and their errors told together."""

    row_form: type[HallForm]
    noun = ""
    min_rows = 0

    @cached_property
    def rows(self) -> forms.BaseFormSet:
        cls = forms.formset_factory(
            self.row_form, extra=self.spare_rows, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS, validate_max=True
        )
        data = self.data if self.is_bound else None
        return cls(data, prefix="rows", initial=None if self.is_bound else self.first_rows())

    @property
    def spare_rows(self) -> int:
        return _SPARE_ROWS

    def first_rows(self) -> list[dict[str, Any]]:
        """What the table begins with."""
        return []

    def filled(self) -> list[dict[str, Any]]:
        return [row for row in self.rows.cleaned_data if row]

    def is_valid(self) -> bool:
        both = [super().is_valid(), self.rows.is_valid()]
        if all(both) and len(self.filled()) < self.min_rows:
            self.add_error(None, f"请至少填一行{self.noun}。")
            return False
        return all(both)

    @property
    def error_links(self) -> tuple[ErrorLink, ...]:
        return (*super().error_links, *(formset_error_links(self.rows) if self.is_bound else ()))

    def refuse(self, refusal: Refused) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class NoticeForm(RowsForm):
    """一次性告知: everything at once; a second notice needs a reason."""

    row_form, noun, min_rows = NoticeRow, "要补的内容", 1
    reason = WordsField("再次告知的理由", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.notices.all():
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]

    def first_rows(self) -> list[dict[str, Any]]:
        """The unsettled lines of the check list, so that the clerk only finishes the sentence."""
        lines = states_of(self)
        return [self._row(material, lines.get(material.pk)) for material in unsettled(self)]

    @staticmethod
    def _row(material: Material, line: Any) -> dict[str, Any]:
        faulty = line is not None and line.state == MaterialState.FAULTY
        problem = (line.note if line else "") or ("不符合要求" if faulty else "没有提交")
        what = f"{material.get_form_display()} {material.copies} 份"
        return {"name": material.name, "problem": problem, "requirement": "" if faulty else f"请补交{what}"}

    def facts(self) -> dict[str, Any]:
        rows = [{key: row.get(key, "") for key in ("name", "problem", "requirement")} for row in self.filled()]
        return {"items": rows, "reason": self.cleaned_data.get("reason", "")}


class MaterialRow(HallForm):
    """One line of the check list; a line without a new state stays as it is."""

    material = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="情况",
        required=False,
        choices=[("", "不变"), *((s.value, s.label) for s in MaterialState if s != MaterialState.PROMISED)],
    )
    copies = forms.IntegerField(label="份数", min_value=0, max_value=999, required=False)
    original_checked = forms.BooleanField(label="已核原件", required=False)
    note = forms.CharField(label="说明", max_length=200, required=False, validators=[no_numbers])

    @property
    def title(self) -> str:  # type: ignore[override]
        """The name of the material, for the head of the row."""
        return str(self.initial.get("name", ""))


class MaterialsForm(RowsForm):
    """登记材料: the whole check list at once."""

    row_form, noun = MaterialRow, "材料"

    @property
    def spare_rows(self) -> int:
        return 0

    @cached_property
    def rows(self) -> forms.BaseFormSet:
        """One row a material, bound or not, so that names stand beside what was typed."""
        initial = self.first_rows()
        cls = forms.formset_factory(MaterialRow, extra=0, max_num=len(initial), absolute_max=len(initial) or 1)
        return cls(self.data if self.is_bound else None, prefix="rows", initial=initial)

    def first_rows(self) -> list[dict[str, Any]]:
        lines = states_of(self)
        return [
            {
                "material": material.pk,
                "name": material.name,
                "need": material.get_need_display(),
                "now": lines[material.pk].get_state_display() if material.pk in lines else "没有登记",
                "copies": lines[material.pk].copies if material.pk in lines else material.copies,
                "original_checked": material.pk in lines and lines[material.pk].original_checked,
                "note": lines[material.pk].note if material.pk in lines else "",
            }
            for material in all_materials(self)
        ]

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        if not self._chosen():
            self.add_error(None, "没有改动：请至少给一项材料选一个情况。")
            return False
        return True

    def _chosen(self) -> list[tuple[Material, dict[str, Any]]]:
        known = {material.pk: material for material in all_materials(self)}
        rows = [row for row in self.rows.cleaned_data if row and row.get("state")]
        return [(known[row["material"]], row) for row in rows if row["material"] in known]

    def facts(self) -> dict[str, Any]:
        return {
            "facts": [
                MaterialFacts(
                    material=material,
                    state=MaterialState(row["state"]),
                    copies=row["copies"] if row["copies"] is not None else 1,
                    original_checked=row["original_checked"],
                    note=row["note"],
                )
                for material, row in self._chosen()
            ]
        }


class AttachForm(forms.Form):
    """One file for one material, or for none in particular. The name the file came with is not kept."""

    material = forms.ModelChoiceField(
        Material.objects.none(),
        label="对应材料",
        required=False,
        empty_label="其他材料",
        error_messages={"invalid_choice": "请从列出的材料里选一个。"},
    )
    label = forms.CharField(
        label="名称", max_length=100, required=False, error_messages={"max_length": "名称最多 100 个字，请缩短。"}
    )
    file = forms.FileField(
        label="文件",
        error_messages={
            "required": "请选择文件。",
            "empty": "文件是空的，请重新选择。",
            "invalid": "文件没有传上来，请重新选择。",
            "missing": "文件没有传上来，请重新选择。",
        },
    )

    def __init__(self, *args: Any, materials: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if materials is not None:
            field = self.fields["material"]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 — declared above
            field.queryset = materials

    def clean_file(self) -> Any:
        """Too large a file is refused before it is read into memory."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(f"文件太大，最大 {MAX_BYTES // 1024 // 1024} MB。请压缩或分成几份。")
        return upload

    def facts(self) -> dict[str, Any]:
        return {
            "material": self.cleaned_data["material"],
            "label": self.cleaned_data["label"],
            "content": self.cleaned_data["file"].read(),
        }
