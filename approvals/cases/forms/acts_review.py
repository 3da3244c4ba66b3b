"""Deeds of review and decision: special procedures, checks on site, hand-over, corrections, decision, delivery."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from approvals.cases.enums import Channel, CorrectableField, DeliveryMethod, PartyRole
from approvals.cases.forms.acts import ActForm, WordsField, no_numbers
from approvals.cases.models import Correction
from approvals.cases.reach import can_hold
from approvals.catalogue.models import PauseGround
from hall.organisation.models import Staff
from hall.privacy.identity import check_identity, check_phone

YES_NO: Final = {"yes": True, "no": False}


def yes_or_no(label: str, yes: str, no: str, **options: Any) -> forms.TypedChoiceField:
    """Two radio buttons in words; no answer is chosen beforehand."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=YES_NO.__getitem__,
        widget=forms.RadioSelect,
        **options,
    )


class GroundChoice(forms.TypedChoiceField):
    """A ground of the item's regime, with its law beside it."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, widget=forms.RadioSelect, coerce=int)

    def offer(self, grounds: list[PauseGround]) -> None:
        self.choices = [(ground.pk, self._words(ground)) for ground in grounds]

    @staticmethod
    def _words(ground: PauseGround) -> str:
        law = f"{ground.law}{ground.article}" if ground.law else "没有法律条文"
        return f"{ground.name}　{law}{'' if ground.stops_statute else '，只停承诺，不停法定期限'}"


class GroundForm(ActForm):
    """A form about one ground."""

    ground = GroundChoice("事由")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = {ground.pk: ground for ground in self.grounds()}
        choice = self.fields["ground"]
        assert isinstance(choice, GroundChoice)  # noqa: S101 — declared above
        choice.offer(list(self._offered.values()))
        if len(self._offered) == 1:
            self.initial.setdefault("ground", next(iter(self._offered)))

    def grounds(self) -> list[PauseGround]:
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "ground": self._offered[self.cleaned_data["ground"]]}


class PauseForm(GroundForm):
    notified_days = forms.IntegerField(
        label="需要几个工作日", min_value=1, max_value=365, help_text="写进告知书；超过这个时间会提示。"
    )
    reason = WordsField("理由", help_text="写进告知书，例如：委托专家评审经营场所布局。")

    def grounds(self) -> list[PauseGround]:
        running = {pause.ground_id for pause in self.situation.open_pauses}
        return [ground for ground in self.situation.grounds if ground.pk not in running]


class ResumeForm(GroundForm):
    def grounds(self) -> list[PauseGround]:
        return [pause.ground for pause in self.situation.open_pauses]


class OfficerField(forms.ModelChoiceField):
    """A person of the hall, by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.number}）"


def colleagues(form: ActForm) -> Any:
    """Who works for the case's department or at a comprehensive window of its center, and is still there."""
    home = Q(department_id=form.case.department_id) | Q(department__isnull=True)
    serving = Staff.objects.serving(form.situation.today).filter(home, center_id=form.case.center_id)
    return serving.order_by("pinyin", "number")


class InspectForm(ActForm):
    first = OfficerField(Staff.objects.none(), label="核查人", empty_label="请选择")
    second = OfficerField(
        Staff.objects.none(), label="另一核查人", empty_label="请选择", help_text="须两名以上工作人员。"
    )
    inspected_at = forms.DateTimeField(
        label="核查时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    passed = yes_or_no("核查结果", "符合", "不符合")
    finding = WordsField("核查情况", max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field = self.fields[name]
            assert isinstance(field, OfficerField)  # noqa: S101 — declared above
            field.queryset = colleagues(self)
        self.initial.setdefault("inspected_at", timezone.localtime(self.situation.at).replace(second=0, microsecond=0))
        self.initial.setdefault("first", self.situation.user.staff_id)

    def clean_inspected_at(self) -> Any:
        moment = self.cleaned_data["inspected_at"]
        if moment < self.case.received_at - timedelta(days=1):
            raise ValidationError("核查时间早于收件，请核对。")
        return moment


class HandOverForm(ActForm):
    to = OfficerField(Staff.objects.none(), label="接收人", empty_label="请选择", help_text="本部门或综合窗口的人员。")
    reason = WordsField("移交理由", max_length=200, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, OfficerField)  # noqa: S101 — declared above
        field.queryset = colleagues(self).filter(can_hold()).exclude(pk=self.case.handler_id)


class AnswerHandOverForm(ActForm):
    accepted = yes_or_no("答复", "接收，由我负责", "退回给原经办人")
    reason = WordsField("退回理由", max_length=200, rows=2, required=False, help_text="退回必须写。")


class DecideForm(ActForm):
    granted = yes_or_no("决定", "准予", "不予")
    result = forms.CharField(label="证照或批文名称", max_length=200, required=False, help_text="准予时写进决定书。")
    reason = WordsField(
        "理由", max_length=2000, required=False, help_text="不予的必须写，一行一条，写进决定书；准予可以不写。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("result", self.case.version_filed.result_name)


class DeliverForm(ActForm):
    method = forms.ChoiceField(label="送达方式", choices=DeliveryMethod.choices, widget=forms.RadioSelect)
    tracking = forms.CharField(label="寄递单号", max_length=60, required=False, help_text="邮寄的必填。")
    signed = forms.BooleanField(label="申请人已签收", required=False, initial=True)


class ReviewReturnForm(ActForm):
    agreed = yes_or_no("复核结论", "同意退件", "不同意，继续办理")
    opinion = WordsField("复核意见", required=False, help_text="不同意必须写。")


class CorrectionForm(ActForm):
    """A wrong fact and its right value; each field is checked as it was at filing."""

    field = forms.ChoiceField(label="哪一项有误")
    value = forms.CharField(
        label="正确的内容",
        max_length=200,
        required=False,
        help_text="时间写成“2026-04-13 09:30”；渠道写“窗口”“网上”“邮寄”等；更正视为受理、视为撤回的不用填。",
    )
    reason = WordsField("更正理由", help_text="写明怎么错的、依据什么更正。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["field"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 — declared above
        choice.choices = [("", "请选择"), *((field.value, field.label) for field in self._possible())]

    def _possible(self) -> list[CorrectableField]:
        pending = {row.field for row in self.situation.pending_corrections}
        hidden = set() if self.case.deemed_accepted else {CorrectableField.DEEMED_ACCEPTANCE}
        hidden |= set() if self.case.state == "lapsed" else {CorrectableField.LAPSE}
        hidden |= set() if self.case.accepted_at else {CorrectableField.ACCEPTED_AT}
        return [field for field in CorrectableField if field not in hidden and field.value not in pending]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("field") and data.get("value"):
            try:
                data["value"] = self._canonical(CorrectableField(data["field"]), data["value"].strip())
            except ValidationError as error:
                self.add_error("value", error)
        return data

    def _canonical(self, field: CorrectableField, value: str) -> str:
        if field == CorrectableField.IDENTITY:
            applicant = next((one for one in self.case.parties.all() if one.role == PartyRole.APPLICANT), None)
            if applicant is None:
                raise ValidationError("这个办件是从原系统导入的，没有申请人，不能更正。")
            return check_identity(applicant.identity_kind, value, today=self.situation.today)
        if field == CorrectableField.PHONE:
            return check_phone(value)
        if field == CorrectableField.CHANNEL:
            return {channel.label: channel.value for channel in Channel}.get(value, value)
        if field == CorrectableField.SUMMARY:
            no_numbers(value)
        return value

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), "field": CorrectableField(self.cleaned_data["field"])}


def in_words(field: CorrectableField, value: str) -> str:
    """A stored value as people say it."""
    if field == CorrectableField.CHANNEL and value in Channel.values:
        return str(Channel(value).label)
    if field in (CorrectableField.RECEIVED_AT, CorrectableField.ACCEPTED_AT):
        return value[:16].replace("T", " ")
    return value or "空"


class ReviewCorrectionForm(ActForm):
    correction = forms.TypedChoiceField(label="更正", widget=forms.RadioSelect, coerce=str)
    agreed = yes_or_no("复核结论", "同意更正", "不同意")
    opinion = WordsField("复核意见", required=False, help_text="不同意必须写。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.situation.user
        rows = [row for row in self.situation.pending_corrections if row.proposed_by_id != user.pk]
        self._rows = {str(row.pk): row for row in rows}
        choice = self.fields["correction"]
        assert isinstance(choice, forms.TypedChoiceField)  # noqa: S101 — declared above
        choice.choices = [(key, self._words(row)) for key, row in self._rows.items()]
        if len(rows) == 1:
            self.initial.setdefault("correction", str(rows[0].pk))

    @staticmethod
    def _words(row: Correction) -> str:
        """The second person judges the change itself, so both values stand there in full."""
        field = CorrectableField(row.field)
        change = f"：由“{in_words(field, row.before)}”改为“{in_words(field, row.after)}”" if row.after else ""
        return f"{row.get_field_display()}{change}。理由：{row.reason}（{row.proposed_by.display_name}提请）"

    def facts(self) -> dict[str, Any]:
        return {
            "correction": self._rows[self.cleaned_data["correction"]],
            "agreed": self.cleaned_data["agreed"],
            "opinion": self.cleaned_data["opinion"],
        }
