"""Honours."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from hall.appraisal.enums import AwardKind
from hall.forms import HallForm
from hall.organisation.models import Post
from hall.privacy.validators import no_numbers


class NominateForm(HallForm):
    """The evidence, and for a model post its term."""

    evidence = forms.CharField(
        label="提名材料",
        max_length=800,
        validators=[no_numbers],
        widget=forms.Textarea,
        help_text="写事迹和数字，不写办事人的个人信息。",
    )
    post = forms.ModelChoiceField(label="岗位", queryset=Post.objects.none(), required=False)
    first = forms.DateField(label="任期开始", required=False)
    last = forms.DateField(label="任期截止", required=False)

    def __init__(self, *args: Any, kind: str, posts: QuerySet[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind != AwardKind.POST:
            del self.fields["first"], self.fields["last"]
        if kind != AwardKind.POST or not posts.exists():
            del self.fields["post"]
            return
        self.fields["post"].queryset, self.fields["post"].required = posts, True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both days of the term, or neither."""
        facts = super().clean() or {}
        first, last = facts.get("first"), facts.get("last")
        if self.kind == AwardKind.POST and not self.errors and not (first and last):
            self.add_error("last" if first else "first", "党员示范岗要写明任期的开始和截止。")
        return facts


class AwardDecisionForm(HallForm):
    """Publish with reasons, or refuse with one."""

    publish = forms.ChoiceField(
        label="评定", choices=(("yes", "评定并公布"), ("no", "不予评定")), widget=forms.RadioSelect
    )
    reasons = forms.CharField(
        label="理由",
        max_length=500,
        validators=[no_numbers],
        widget=forms.Textarea,
        help_text="公布的理由人人可见，只写工作，不写办事人。",
    )


class WithdrawForm(HallForm):
    """Why an honour is taken back."""

    reason = forms.CharField(label="撤销理由", max_length=200, validators=[no_numbers], widget=forms.Textarea)
