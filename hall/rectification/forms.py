"""Forms of what follows a grade: the deeds about a bad one, and the filters of lists and figures."""

from typing import Any, Final

from crispy_forms.layout import Field, Layout
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from hall.access.models import User
from hall.access.scope import REACHES_DOWN, centers_of, departments_of
from hall.evaluation.enums import BAD_GRADES, Grade
from hall.evaluation.models import Evaluation
from hall.facts.errors import Refused
from hall.facts.periods import InvalidPeriod, Period, PeriodKind, holding, parse
from hall.forms import HallForm
from hall.organisation.models import Center, Department
from hall.rectification.enums import AppealKind, RectificationState, RevisitOutcome
from hall.rectification.models.rectification import LONGEST_TEXT

_NO_NUMBERS: Final = "不写证件号、手机号和姓名。"
_FINE: Final = (PeriodKind.DAY, PeriodKind.WEEK, PeriodKind.SPAN)


def _words(label: str, help_text: str = _NO_NUMBERS, *, rows: int = 4) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=area, help_text=help_text)


class DeedForm(HallForm):
    """What every deed has in common: the sentence of a refusal at its field."""

    def refuse(self, refusal: Refused) -> None:
        """Put the sentence of the action where its field is."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


class AttemptForm(DeedForm):
    note = _words("怎么联系的", "打一次记一次，写明方式，例如：拨打预留电话，无人接听。不写号码。", rows=2)


class ContactForm(DeedForm):
    note = _words("核实到的情况", "写明评价人反映的事和要求。不写证件号、手机号和姓名。")


class RectifyForm(DeedForm):
    measure = _words("怎么整改的", "写明改了什么、什么时候改的、谁负责。不写证件号、手机号和姓名。")


class ExplainForm(DeedForm):
    measure = _words("怎么解释的", "写明为什么不能改、依据是什么、怎么向评价人说的。不写证件号、手机号和姓名。")


class RevisitForm(DeedForm):
    outcome = forms.ChoiceField(label="评价人对整改", choices=RevisitOutcome.choices, widget=forms.RadioSelect)
    note = _words("回访记录")

    def layout(self) -> Layout:
        return Layout(Field("outcome", wrapper_class="inline"), "note")


class CloseForm(DeedForm):
    answer = _words(
        "公开答复", "写给所有人看：反映了什么、查明了什么、改了什么。不写姓名、电话、证件号、办件编号。", rows=6
    )


class AppealForm(DeedForm):
    kind = forms.ChoiceField(label="申诉类型", choices=AppealKind.choices, widget=forms.RadioSelect)
    reason = _words("申诉理由")
    evidence = _words("证据", "写明有哪些记录可以证明，例如录像时段、办件经过。不写证件号、手机号和姓名。")

    def layout(self) -> Layout:
        return Layout(Field("kind", wrapper_class="inline"), "reason", "evidence")


class DecideForm(DeedForm):
    uphold = forms.TypedChoiceField(
        label="裁定",
        choices=(("yes", "申诉成立，剔除这条评价"), ("no", "申诉不成立，继续整改")),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = _words("裁定理由")


class RevealForm(DeedForm):
    reason = forms.CharField(label="查看理由", max_length=200, help_text="会留下记录。不写证件号、手机号。")


class PeriodForm(HallForm):
    """Days and place in the address. Who may know only the month of an anonymous grade asks by month or longer."""

    period = forms.CharField(
        label="时间", max_length=30, required=False, help_text="2026-10、2026-Q3、2026-H1、2026，空着是本月。"
    )
    center = forms.ModelChoiceField(label="中心", queryset=Center.objects.none(), required=False, empty_label="全部")
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), required=False, empty_label="全部"
    )

    def __init__(self, data: Any, *, user: User, at: Any) -> None:
        super().__init__(data)
        self.user, self.at = user, at
        self.fields["center"].queryset = centers_of(user)  # type: ignore[attr-defined]
        # A city has thousands of departments: they are offered once the center is chosen.
        chosen = str(data.get("center", ""))
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            here = departments_of(user).filter(center=int(chosen))
            self.fields["department"].queryset = here  # type: ignore[attr-defined]
        if user.role not in REACHES_DOWN:
            del self.fields["center"], self.fields["department"]
        self.is_valid()

    def clean_period(self) -> Period | None:
        text = self.cleaned_data["period"].strip()
        if not text:
            return None
        try:
            period = parse(text)
        except InvalidPeriod as invalid:
            raise forms.ValidationError(str(invalid)) from invalid
        if self.user.role not in REACHES_DOWN and period.kind in _FINE:
            raise forms.ValidationError("请按月、季、半年或年筛选：匿名评价只显示到月。")
        return period

    @property
    def period_shown(self) -> Period:
        """The period asked for, or this month."""
        return self.cleaned_data.get("period") or holding(PeriodKind.MONTH, timezone.localdate(self.at))

    @property
    def place(self) -> dict[str, Any]:
        """Center and department asked for."""
        return {name: found for name in ("center", "department") if (found := self.cleaned_data.get(name))}


class EvaluationFilterForm(PeriodForm):
    """The filter above the list of grades. Every field is optional; nothing personal stands in the address."""

    grade = forms.ChoiceField(
        label="评价",
        choices=[("", "全部"), ("good", "好评"), ("bad", "差评"), *((str(g.value), g.label) for g in Grade)],
        required=False,
    )
    signed = forms.ChoiceField(label="署名", choices=[("", "全部"), ("yes", "实名"), ("no", "匿名")], required=False)
    state = forms.ChoiceField(label="整改环节", choices=[("", "全部"), *RectificationState.choices], required=False)

    def narrow(self, rows: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
        """The grades asked for."""
        data, period = self.cleaned_data, self.cleaned_data.get("period")
        if period:
            rows = rows.filter(given_at__gte=period.start, given_at__lt=period.end)
        grade = data.get("grade")
        if grade in ("good", "bad"):
            rows = rows.filter(grade__in=BAD_GRADES) if grade == "bad" else rows.exclude(grade__in=BAD_GRADES)
        elif grade:
            rows = rows.filter(grade=int(grade))
        if signed := data.get("signed"):
            rows = rows.filter(anonymous=signed == "no")
        if state := data.get("state"):
            rows = rows.filter(rectification__state=state)
        return rows.filter(**self.place)


class FiguresForm(PeriodForm):
    by = forms.ChoiceField(
        label="分列", choices=(("center", "按中心"), ("department", "按部门"), ("window", "按窗口")), required=False
    )

    def clean_by(self) -> str:
        """A window would tell more of an anonymous grade than its department may know."""
        by = str(self.cleaned_data["by"])
        if by == "window" and self.user.role not in REACHES_DOWN:
            raise forms.ValidationError("按窗口分列只给督查人员看，以免认出匿名评价人。")
        return by
