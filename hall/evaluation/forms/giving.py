"""The questions somebody answers. No choice is made beforehand, none is larger than the others."""

from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms

from hall.evaluation.actions import Answer
from hall.evaluation.enums import Grade, is_bad, reasons_for
from hall.evaluation.models.evaluation import LONGEST_TEXT
from hall.facts.errors import Refused
from hall.forms import HallForm
from hall.organisation.models import PHONE

WHY: Final = ("reasons", "text")
WHO: Final = ("anonymous", "phone")


class GradeForm(HallForm):
    """First question."""

    grade = forms.TypedChoiceField(
        label="您对这次办理满意吗",
        choices=Grade.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请在五个评价里选一个。", "invalid_choice": "请在五个评价里选一个。"},
    )
    layout = Layout(Field("grade", wrapper_class="grades"))

    @property
    def helper(self) -> FormHelper:
        """The heading of the page is the question; it is not asked twice."""
        made = super().helper
        made.form_show_labels = False
        return made


class DetailsForm(HallForm):
    """Why, and whether one signs. Reasons are asked for, never required.

    `asked` names the fields shown; what was answered on a screen before travels along out of sight.
    """

    grade = forms.TypedChoiceField(choices=Grade.choices, coerce=int, widget=forms.HiddenInput)
    reasons = forms.MultipleChoiceField(label="原因", required=False, widget=forms.CheckboxSelectMultiple)
    text = forms.CharField(
        label="想说的话", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": "4"})
    )
    anonymous = forms.TypedChoiceField(
        label="是否留名",
        choices=(("yes", "匿名：谁评的不让任何人知道"), ("no", "实名：经办部门可以联系我核实和答复")),
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选匿名或者实名。"},
    )
    phone = forms.CharField(
        label="联系电话",
        required=False,
        max_length=40,
        validators=[PHONE],
        help_text="实名的可以填；不填就用办件时留的电话。匿名的不用填，填了也不保存。",
        widget=forms.TextInput({"inputmode": "tel", "class": "middle"}),
    )

    def __init__(self, *args: Any, grade: int, asked: tuple[str, ...] = WHY + WHO, **kwargs: Any) -> None:
        super().__init__(*args, initial={**kwargs.pop("initial", {}), "grade": grade}, **kwargs)
        reasons: Any = self.fields["reasons"]
        reasons.choices = reasons_for(grade).choices
        reasons.label = "哪里没做好，可以多选" if is_bad(grade) else "哪里做得好，可以多选"
        if "anonymous" not in asked:
            for name in WHO:
                del self.fields[name]
        if "reasons" not in asked:
            reasons.widget = forms.MultipleHiddenInput()
            self.fields["text"].widget = forms.HiddenInput()

    def layout(self) -> Layout:
        """The reasons may stand in columns where there is room."""
        shown = [Field(name, wrapper_class="reasons") if name == "reasons" else name for name in self.fields]
        return Layout(*shown)

    def answer(self) -> Answer:
        """What was said, for the action."""
        data = self.cleaned_data
        return Answer(
            grade=data["grade"],
            anonymous=data["anonymous"],
            reasons=tuple(data["reasons"]),
            text=data["text"],
            phone=data["phone"],
        )

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence of the action where its field is."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)
