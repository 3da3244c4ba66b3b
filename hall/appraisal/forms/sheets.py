"""Periods, marks and objections."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from hall.appraisal.enums import LineKind
from hall.appraisal.models import Line, SchemeVersion
from hall.facts import periods
from hall.forms import HallForm
from hall.privacy.validators import no_numbers


class PeriodForm(HallForm):
    """Which scheme, over which period."""

    version = forms.ModelChoiceField(label="考核细则", queryset=SchemeVersion.objects.none())
    code = forms.CharField(
        label="考核期", max_length=24, help_text="写法：2026-10（月）、2026-Q3（季）、2026-H1（半年）、2026（年）。"
    )

    def __init__(self, *args: Any, versions: QuerySet[SchemeVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """The period as it is written everywhere else."""
        try:
            return periods.parse(self.cleaned_data["code"].strip()).code
        except periods.InvalidPeriod as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class MarkForm(HallForm):
    """Points by judgement."""

    line = forms.ModelChoiceField(label="项目", queryset=Line.objects.none())
    points = forms.DecimalField(
        label="分数", max_digits=4, decimal_places=1, help_text="满分起扣的项目填负数，零分起加的填正数。"
    )
    evidence = forms.CharField(
        label="证据",
        max_length=300,
        validators=[no_numbers],
        widget=forms.Textarea,
        help_text="写清时间、地点、看到什么，不写办事人的个人信息。",
    )

    def __init__(self, *args: Any, version: SchemeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = version.lines.filter(kind=LineKind.MANUAL)  # type: ignore[attr-defined]


class MarkDecisionForm(HallForm):
    """The second person."""

    agree = forms.ChoiceField(label="审核", choices=(("yes", "同意记分"), ("no", "不同意")), widget=forms.RadioSelect)
    reason = forms.CharField(label="审核意见", max_length=200, validators=[no_numbers], required=False)


class ObjectionForm(HallForm):
    """Why the entry is wrong."""

    grounds = forms.CharField(
        label="异议理由",
        max_length=500,
        validators=[no_numbers],
        widget=forms.Textarea,
        help_text="不写办事人的个人信息。",
    )


class ObjectionDecisionForm(HallForm):
    """The second reader."""

    strike = forms.ChoiceField(
        label="裁定", choices=(("yes", "撤销这条记分"), ("no", "维持")), widget=forms.RadioSelect
    )
    reason = forms.CharField(label="裁定理由", max_length=300, validators=[no_numbers], widget=forms.Textarea)
