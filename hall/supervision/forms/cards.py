"""Forms of cards: filter, raising by hand, feedback, decision, appeal, ruling."""

from typing import Any

from django import forms
from django.db.models import Q

from hall.access.models import User
from hall.access.scope import centers_of
from hall.facts import periods
from hall.forms import HallForm
from hall.ledger import numbers
from hall.organisation.models import Department, Staff
from hall.supervision.enums import CARD_COLOURS, NAMED_GROUNDS, OPEN, STANDING, TAKEN_BACK, CardState
from hall.supervision.models import SuperviseRule
from hall.supervision.models.card import CardQuerySet

_GROUPS = {"open": ("未了结", OPEN), "standing": ("有效", STANDING), "taken_back": ("已撤销", TAKEN_BACK)}
_COLOURS = [(colour.value, colour.label) for colour in CARD_COLOURS]


class CardFilter(HallForm):
    """The filter of the address; what does not parse is left out."""

    colour = forms.ChoiceField(label="颜色", choices=[("", "全部"), *_COLOURS], required=False)
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), *((key, label) for key, (label, _) in _GROUPS.items()), ("late", "逾期未反馈"),
                 *CardState.choices],
        required=False,
    )  # fmt: skip
    department = forms.ModelChoiceField(
        label="部门", queryset=Department.objects.none(), required=False, empty_label="全部"
    )
    staff = forms.ModelChoiceField(label="当事人", queryset=Staff.objects.none(), required=False, empty_label="全部")
    rule = forms.ModelChoiceField(
        label="规则", queryset=SuperviseRule.objects.all(), required=False, empty_label="全部", to_field_name="code"
    )
    period = forms.CharField(
        label="发牌期间",
        required=False,
        max_length=24,
        help_text="例如 2026-10、2026-Q3、2026，或 2026-10-01..2026-10-15。",
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        centers = centers_of(user)
        departments = Department.objects.filter(center__in=centers, stub=False).order_by("center_id", "pinyin")
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["staff"].queryset = Staff.objects.filter(center__in=centers)  # type: ignore[attr-defined]
        self.is_valid()

    def clean_period(self) -> periods.Period | None:
        text = self.cleaned_data["period"].strip()
        if not text:
            return None
        try:
            return periods.parse(text)
        except periods.InvalidPeriod as error:
            raise forms.ValidationError(str(error)) from error

    def narrow(self, cards: CardQuerySet, at: Any) -> CardQuerySet:
        """Apply what was chosen."""
        data = self.cleaned_data
        exact = {name: data.get(name) for name in ("colour", "department", "staff", "rule")}
        cards = cards.filter(**{name: value for name, value in exact.items() if value})
        if period := data.get("period"):
            cards = cards.filter(raised_at__gte=period.start, raised_at__lt=period.end)
        return cards.filter(self._state(data.get("state") or "", at))

    def _state(self, wanted: str, at: Any) -> Q:
        if wanted == "late":
            return Q(state=CardState.AWAITING, late_at__lte=at)
        if wanted in _GROUPS:
            return Q(state__in=_GROUPS[wanted][1])
        return Q(state=wanted) if wanted else Q()


class RaiseForm(HallForm):
    """A card by hand: whom, why, on what ground, when it happened."""

    colour = forms.ChoiceField(label="颜色", choices=_COLOURS, widget=forms.RadioSelect)
    staff = forms.ModelChoiceField(
        label="当事人",
        queryset=Staff.objects.none(),
        required=False,
        empty_label="不针对个人",
        help_text="发给部门的不选。",
    )
    department = forms.ModelChoiceField(
        label="部门",
        queryset=Department.objects.none(),
        required=False,
        empty_label="按当事人所在部门",
        help_text="由部门首席代表一并反馈。",
    )
    docket = forms.CharField(label="办件编号", max_length=40, required=False, help_text="与办件无关的不填。")
    happened_at = forms.DateTimeField(label="发生时间", help_text="例如 2026-05-18 09:30")
    reason = forms.CharField(
        label="事由",
        max_length=500,
        widget=forms.Textarea,
        help_text="写清时间、地点和行为；不写办事人的姓名、证件号和电话。",
    )
    basis = forms.CharField(label="依据", max_length=300, help_text="制度名称和条款。")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centers = centers_of(user)
        people = Staff.objects.filter(center__in=centers, left_on__isnull=True).exclude(pk=user.staff_id or 0)
        self.fields["staff"].queryset = people  # type: ignore[attr-defined]
        departments = Department.objects.filter(center__in=centers, stub=False)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean_docket(self) -> str:
        try:
            return str(numbers.parse(self.cleaned_data["docket"])) if self.cleaned_data["docket"] else ""
        except numbers.InvalidDocket as error:
            raise forms.ValidationError(str(error)) from error


class AnswerForm(HallForm):
    """Feedback on a card."""

    text = forms.CharField(
        label="反馈",
        max_length=2000,
        widget=forms.Textarea,
        help_text="说明情况、原因和已采取的措施；不写办事人的证件号和电话。",
    )
    plea = forms.ChoiceField(
        label="免责情形",
        choices=[("", "不主张"), *NAMED_GROUNDS],
        required=False,
        help_text="主动纠正、申请人隐瞒情况、不可抗力等可以免责，由审核人认定。",
    )


class TextForm(HallForm):
    """A deed that needs no more than its reasons."""

    text = forms.CharField(label="意见", max_length=2000, widget=forms.Textarea)


class AppealForm(HallForm):
    """The one appeal there is."""

    text = forms.CharField(
        label="申诉理由", max_length=2000, widget=forms.Textarea, help_text="只能申诉一次，由没有参与过的另一人裁定。"
    )


class RevokeForm(HallForm):
    """Taking a card back needs a ground."""

    ground = forms.ChoiceField(label="撤销理由", choices=[("", "请选择"), *NAMED_GROUNDS])
    text = forms.CharField(label="意见", max_length=2000, widget=forms.Textarea)
