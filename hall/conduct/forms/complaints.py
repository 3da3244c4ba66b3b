"""Complaints: of the public, of a desk, and what each of those who handle one writes."""

from typing import Any
from uuid import UUID

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from hall.conduct.actions.complaints import Said
from hall.conduct.enums import ComplaintChannel, Verdict
from hall.forms import HallForm
from hall.ledger.uuids import uuid7
from hall.organisation.models import Center, Department, Staff
from hall.organisation.queries import public_centers

_LONG = {"rows": "6"}


class SaidForm(HallForm):
    """What happened, of whom, and how to reach the person who says so."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label="发生了什么", max_length=2000, widget=forms.Textarea(_LONG),
        help_text="写清时间、地点、经过和您的要求。",
    )  # fmt: skip
    about = forms.CharField(
        label="投诉谁", max_length=200, required=False, help_text="窗口号、工号、姓名或部门，知道多少写多少。"
    )
    happened_on = forms.DateField(label="发生日期", required=False)
    contact_name = forms.CharField(label="您的姓名", max_length=50, required=False, help_text="可以匿名。")
    contact = forms.CharField(
        label="您的电话",
        max_length=100,
        required=False,
        help_text="加密保存，被投诉的人看不到。不留的，凭编号和查询码查答复。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": uuid7(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def key(self) -> UUID:
        """The token of the form; a page without one counts as a new form."""
        return self.cleaned_data.get("form_key") or uuid7()

    def said(self) -> Said:
        """For the action."""
        names = ("text", "about", "happened_on", "contact_name", "contact")
        return Said(**{name: self.cleaned_data[name] for name in names})


class PublicForm(SaidForm):
    """The same of the public: which center is typed, because there are thousands."""

    center = forms.CharField(label="哪个中心", max_length=100, help_text="写全称，例如“海港区政务服务中心”。")
    layout = Layout(
        "form_key",
        Fieldset("您要反映的事", "center", "about", "happened_on", "text"),
        Fieldset("怎么答复您", "contact_name", "contact"),
    )

    def clean_center(self) -> Center:
        """A center of ours by its name."""
        typed = self.cleaned_data["center"].strip()
        found = list(public_centers().filter(name=typed)[:2])
        if len(found) == 1:
            return found[0]
        near = list(public_centers().filter(name__contains=typed).values_list("name", flat=True)[:5])
        hint = f"您要找的是不是：{'、'.join(near)}？" if near else "请核对名称，可以在“找中心”里查。"
        raise ValidationError(f"没有找到这个中心。{hint}")


class DeskForm(SaidForm):
    """A complaint that came to the desk, by telephone or by letter."""

    channel = forms.ChoiceField(
        label="来源",
        choices=[c for c in ComplaintChannel.choices if c[0] != ComplaintChannel.WEB],
        widget=forms.RadioSelect,
    )
    layout = Layout(
        "form_key", Field("channel", wrapper_class="inline"), "text", "about", "happened_on", "contact_name", "contact"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who writes here is not who complains.
        self.fields["text"].help_text = "写清时间、地点、经过和投诉人的要求。"
        self.fields["contact_name"].label, self.fields["contact"].label = "投诉人姓名", "投诉人电话"


class CodeForm(HallForm):
    """Number and code, both shown once when the complaint was made."""

    number = forms.CharField(label="投诉编号", max_length=40, widget=forms.TextInput({"class": "mono"}))
    code = forms.CharField(
        label="查询码", max_length=30,
        widget=forms.TextInput({"class": "mono", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class AcceptForm(HallForm):
    """Whom it concerns, and who looks into it."""

    department = forms.ModelChoiceField(Department.objects.none(), label="涉及部门", required=False)
    staff = forms.ModelChoiceField(
        Staff.objects.none(), label="被投诉人", required=False, empty_label="没有指到具体人员"
    )
    investigator = forms.ModelChoiceField(Staff.objects.none(), label="由谁调查")

    def __init__(self, *args: Any, center: Center, investigators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = center.departments.all()  # type: ignore[attr-defined]
        self.fields["staff"].queryset = center.staff.filter(left_on__isnull=True)  # type: ignore[attr-defined]
        self.fields["investigator"].queryset = investigators  # type: ignore[attr-defined]


class ReassignForm(HallForm):
    """Who looks into it now."""

    investigator = forms.ModelChoiceField(Staff.objects.none(), label="改由谁调查")

    def __init__(self, *args: Any, investigators: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["investigator"].queryset = investigators  # type: ignore[attr-defined]


class DeclineForm(HallForm):
    """Why not."""

    answer = forms.CharField(label="不予受理的答复", max_length=2000, widget=forms.Textarea(_LONG))


class ReportForm(HallForm):
    """What was found."""

    report = forms.CharField(label="调查报告", max_length=4000, widget=forms.Textarea({"rows": "10"}))


class SendBackForm(HallForm):
    """What is missing in the report."""

    note = forms.CharField(label="还要查什么", max_length=500, widget=forms.Textarea({"rows": "3"}))


class DecideForm(HallForm):
    """The verdict and the answer."""

    verdict = forms.ChoiceField(label="结论", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="裁定理由", max_length=1000, widget=forms.Textarea({"rows": "3"}), help_text="被投诉人能看到。"
    )
    answer = forms.CharField(label="给投诉人的答复", max_length=2000, widget=forms.Textarea(_LONG))
    layout = Layout(Field("verdict", wrapper_class="inline"), "reason", "answer")


class ObjectForm(HallForm):
    """Why the person concerned does not agree."""

    objection = forms.CharField(label="异议理由", max_length=1000, widget=forms.Textarea(_LONG))


class ReviewForm(DecideForm):
    """The verdict of the third person."""

    answer = forms.CharField(
        label="给投诉人的新答复",
        max_length=2000,
        required=False,
        widget=forms.Textarea(_LONG),
        help_text="不填的，仍用原来的答复。",
    )
