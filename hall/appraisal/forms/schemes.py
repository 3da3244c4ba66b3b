"""A draft of the rules: the head, and one row a line."""

import re
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from hall.appraisal.enums import LineKind, Start
from hall.appraisal.models import Line, SchemeVersion
from hall.facts import indicators, sources
from hall.forms import HallForm

MOST_BONUS = 10
_TYPED = ("name", "weight", "source", "per_fact", "cap", "indicator", "scale", "note")
_STEP = re.compile(r"(\d{1,6})(%?)=(\d{1,3})")


class SchemeForm(HallForm):
    """The head of a draft."""

    name = forms.CharField(label="名称", max_length=60)
    source = forms.CharField(label="依据", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    bonus_cap = forms.IntegerField(
        label="加分上限", min_value=0, max_value=MOST_BONUS, help_text="加分项合计最多加几分（苍南县 2019 为 5 分）。"
    )


class ScaleField(forms.CharField):
    """Steps in words: `95%=20，90%=15`; a count without the sign."""

    def to_python(self, value: Any) -> Any:
        """Pairs of threshold (per mille of a share) and points."""
        text = super().to_python(value) or ""
        pairs = []
        for word in re.split(r"[，,；;\s]+", text.strip()) if text.strip() else []:
            match = _STEP.fullmatch(word)
            if match is None or not word.isascii():
                raise ValidationError("档次请写成：95%=20，90%=15。")
            least, share, points = match.groups()
            pairs.append([int(least) * 10 if share else int(least), int(points)])
        return pairs

    def prepare_value(self, value: Any) -> Any:
        """Back into words; what was typed stays as typed."""
        if not isinstance(value, list):
            return value
        return "，".join(
            f"{least // 10}%={points}" if least % 10 == 0 else f"{least}={points}" for least, points in value
        )


class LineForm(HallForm):
    """One line. Which fields count depends on how it is scored."""

    name = forms.CharField(label="考核内容", max_length=60)
    kind = forms.ChoiceField(label="计分方式", choices=LineKind.choices)
    start = forms.ChoiceField(label="起点", choices=Start.choices)
    bonus = forms.BooleanField(label="加分项", required=False)
    weight = forms.IntegerField(
        label="分值", min_value=0, max_value=100, required=False, widget=forms.NumberInput(attrs={"data-weight": ""})
    )
    source = forms.ChoiceField(label="事实来源", required=False)
    per_fact = forms.DecimalField(label="每件分数", required=False, max_digits=5, decimal_places=1)
    cap = forms.IntegerField(label="本项上限", min_value=1, max_value=100, required=False)
    indicator = forms.ChoiceField(label="指标", required=False)
    scale = ScaleField(label="档次", required=False, max_length=200, help_text="例如：95%=20，90%=15，80%=8")
    ascending = forms.BooleanField(label="指标越高越好", required=False, initial=True)
    note = forms.CharField(label="评分说明和出处", max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True  # a row the page emptied is no line, also one that came from the database
        nothing = [("", "—")]
        kinds = [(one.code, f"{one.label}（{one.code}）") for one in sources.all_sources()]
        numbers = [(one.code, f"{one.label}（{one.code}）") for one in indicators.all_indicators()]
        self.fields["source"].choices = nothing + kinds  # type: ignore[attr-defined]
        self.fields["indicator"].choices = nothing + numbers  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Whether the row says anything: choices and boxes always hold something, typed fields do not."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in _TYPED)

    def clean(self) -> dict[str, Any]:
        """What each way of scoring needs; what it does not need is left empty."""
        facts = super().clean() or {}
        kind, bonus = facts.get("kind"), bool(facts.get("bonus"))
        facts["weight"] = 0 if bonus else facts.get("weight") or 0
        facts["per_fact"] = facts.get("per_fact") or Decimal(0)
        if bonus:
            facts["start"] = Start.ZERO.value
            if not facts.get("cap"):
                self.add_error("cap", "加分项要有上限。")
        elif not facts["weight"]:
            self.add_error("weight", "请填写分值。")
        elif facts.get("cap") and facts["cap"] > facts["weight"]:
            self.add_error("cap", "本项上限不能大于分值。")
        self._fed(kind, facts)
        return facts

    def _fed(self, kind: str | None, facts: dict[str, Any]) -> None:
        if kind == LineKind.FACTS and not facts.get("source"):
            self.add_error("source", "请选事实来源。")
        if kind == LineKind.FACTS and not facts["per_fact"]:
            self.add_error("per_fact", "请填写每件分数。")
        if kind == LineKind.INDICATOR and not facts.get("indicator"):
            self.add_error("indicator", "请选指标。")
        facts["scale"] = facts.get("scale") or []


MOST_LINES: Final = 40
# Whatever number of rows a page claims, no more than one too many is read: a thousand took five seconds to show again.
LineFormSet = forms.formset_factory(
    LineForm, extra=1, max_num=MOST_LINES, absolute_max=MOST_LINES + 1, validate_max=True
)
# Without script one more row serves; rows left empty are no lines.


def rows_of(version: SchemeVersion) -> list[dict[str, Any]]:
    """The lines of a version as the formset begins with them."""
    names = list(LineForm.base_fields)
    return [{name: getattr(line, name) for name in names} for line in version.lines.all()]


def lines_in(formset: Any) -> list[dict[str, Any]]:
    """The lines of a valid formset, in page order."""
    made: list[dict[str, Any]] = []
    for form in formset.forms:
        facts = form.cleaned_data
        if facts.get("name"):
            made.append({name: facts[name] for name in LineForm.base_fields if name in facts})
    return made


def unsaved(lines: list[dict[str, Any]]) -> list[Line]:
    """Rows that are not saved, to be looked over."""
    return [Line(position=n, **facts) for n, facts in enumerate(lines, 1)]
