"""Forms of rules: wording of a draft with the thresholds of its source, trial, switching on."""

from typing import Any

from django import forms

from hall.facts import periods, sources
from hall.forms import HallForm, dress
from hall.privacy.validators import no_numbers
from hall.supervision.actions.rules import Wording
from hall.supervision.enums import Colour
from hall.supervision.models import RuleVersion

_OPTION = "option_"


class WordingForm(HallForm):
    """The draft; one field more for each threshold the source has."""

    colour = forms.ChoiceField(
        label="信号", choices=Colour.choices, widget=forms.RadioSelect, help_text="提示不发牌，不要求反馈，不计入考核。"
    )
    feedback_days = forms.IntegerField(label="反馈期限（工作日）", min_value=1, max_value=30)
    feedback_source = forms.CharField(label="反馈期限依据", max_length=200, validators=[no_numbers])
    reason = forms.CharField(
        label="事由写法",
        max_length=500,
        validators=[no_numbers],
        widget=forms.Textarea,
        help_text="“【事实】”处填入每件事的经过。",
    )
    basis = forms.CharField(label="依据", max_length=500, validators=[no_numbers], widget=forms.Textarea)

    def __init__(self, data: Any = None, *, version: RuleVersion) -> None:
        self.version = version
        columns = ("colour", "feedback_days", "feedback_source", "reason", "basis")
        initial = {name: getattr(version, name) for name in columns}
        self.thresholds = _thresholds(version)
        for option in self.thresholds:
            initial[_OPTION + option.name] = version.options.get(option.name, option.default)
        super().__init__(data, initial=initial)
        for option in self.thresholds:
            unit = f"（{option.unit}）" if option.unit else ""
            field = forms.IntegerField(label=f"{option.label}{unit}", min_value=option.least, max_value=option.most)
            dress(option.name, field)
            self.fields[_OPTION + option.name] = field

    @property
    def wording(self) -> Wording:
        """What was entered, for the action."""
        data = self.cleaned_data
        return Wording(
            colour=data["colour"],
            feedback_days=data["feedback_days"],
            feedback_source=data["feedback_source"],
            reason=data["reason"],
            basis=data["basis"],
            options={option.name: data[_OPTION + option.name] for option in self.thresholds},
        )


def _thresholds(version: RuleVersion) -> list[sources.Option]:
    known = sources.known(version.rule.source)
    return list(sources.source_of(version.rule.source).options) if known else []


class TryForm(HallForm):
    """Which versions, on which past period."""

    versions = forms.ModelMultipleChoiceField(
        label="规则", queryset=RuleVersion.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    period = forms.CharField(
        label="期间",
        max_length=24,
        widget=forms.TextInput(attrs={"class": "middle"}),
        help_text="例如 2026-10、2026-Q3、2026，或 2026-10-01..2026-10-15。",
    )

    def __init__(self, data: Any = None, *, versions: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["versions"]
        field.queryset = versions  # type: ignore[attr-defined]
        field.label_from_instance = _named  # type: ignore[attr-defined]

    def clean_period(self) -> periods.Period:
        try:
            return periods.parse(self.cleaned_data["period"].strip())
        except periods.InvalidPeriod as error:
            raise forms.ValidationError(str(error)) from error


def _named(version: RuleVersion) -> str:
    return (
        f"{version.rule.name}（{version.get_colour_display()}，第 {version.number} 版 {version.get_status_display()}）"
    )


class SwitchOnForm(HallForm):
    """From which day on."""

    applies_from = forms.DateField(label="施行日期", help_text="这一天和以后发生的事实才会发牌；以前的一律不发。")
