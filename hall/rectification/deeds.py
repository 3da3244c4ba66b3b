"""What one may do about a bad grade: form, action and words of each deed, and why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from hall.access.models import User
from hall.rectification import forms, rules, transitions
from hall.rectification.actions import appealing, rectifying
from hall.rectification.enums import AppealState, RectificationState
from hall.rectification.models import Rectification


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `do` takes the row, `by`, `at` and the cleaned fields of `form`."""

    name: str
    label: str
    form: type[forms.DeedForm]
    do: Callable[..., Any]
    follows: str
    danger: bool = False

    @property
    def ground(self) -> str:
        """The legal ground as the table of transitions names it."""
        line = transitions.BY_NAME.get(self.name)
        return line.ground if line else "GB/T 39734-2020 9.2、9.3"


DEEDS: Final = {
    deed.name: deed
    for deed in (
        Deed("contact", "已联系核实", forms.ContactForm, rectifying.contact, "转为整改中。"),
        Deed(
            "attempt",
            "联系未果",
            forms.AttemptForm,
            rectifying.attempt,
            "记一次；隔够时间、够次数仍联系不上的，直接整改。",
        ),
        Deed("rectify", "整改完成", forms.RectifyForm, rectifying.rectify, "实名的由别人回访，匿名的审定后公开答复。"),
        Deed("explain", "答复解释", forms.ExplainForm, rectifying.explain, "实名的由别人回访，匿名的审定后公开答复。"),
        Deed(
            "revisit",
            "回访",
            forms.RevisitForm,
            rectifying.revisit,
            "不满意的退回整改一次；其余审定后公开答复。",
        ),
        Deed(
            "close", "公开答复并办结", forms.CloseForm, rectifying.close, "答复公布在评价公开页，评价人凭链接也能看到。"
        ),
        Deed("appeal", "申诉", forms.AppealForm, appealing.appeal, "由申诉人以外的督查人员裁定；申诉期间整改照常。"),
        Deed(
            "decide",
            "裁定申诉",
            forms.DecideForm,
            appealing.decide,
            "成立的，这条评价从全部指标的分子分母中剔除并留痕，整改终止。",
            danger=True,
        ),
    )
}


def why_not(name: str, row: Rectification, at: datetime) -> str:
    """What stands in the way as things are now, whoever asks; nothing where it can be done."""
    if name == "appeal":
        return appealing.against_appeal(row, at)
    if name == "decide":
        appeal = getattr(row.evaluation, "appeal", None)
        return "" if appeal and appeal.state == AppealState.PENDING else "没有等待裁定的申诉。"
    if not transitions.allowed(name, row.state):
        return f"这条差评现在是“{row.get_state_display()}”。"
    if name == "revisit" and not row.named:
        return "匿名评价没有联系方式，不回访。"
    if name == "close" and row.named and row.state != RectificationState.REVISITED:
        return "实名差评要先由别人回访。"
    return ""


def doings(row: Rectification, user: User, at: datetime) -> list[dict[str, Any]]:
    """What can be done now: by this person with its address, by others with who they are."""
    found: list[dict[str, Any]] = []
    for deed in DEEDS.values():
        if why_not(deed.name, row, at):
            continue
        allowed = rules.may(user, deed.name, row)
        url = reverse("rectification:deed", kwargs={"pk": row.pk, "deed": deed.name}) if allowed else ""
        first = allowed and not any(doing["allowed"] for doing in found)
        found.append(
            {"primary": first, "label": deed.label, "url": url, "allowed": allowed, "why": rules.WHO[deed.name]}
        )
    return found
