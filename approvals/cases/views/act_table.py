"""Which form asks for a deed and which action does it. Label, key and legal ground stand in doings.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from approvals.cases import actions
from approvals.cases.doings import BY_NAME, Deed
from approvals.cases.forms import acts, acts_fees, acts_materials, acts_review
from approvals.cases.forms.acts import ActForm
from approvals.cases.models import Case
from hall.access.models import User

Do = Callable[..., Any]
_FILED: Final = "cases:filed"  # prints the receipt with the code


@dataclass(frozen=True, slots=True)
class Act:
    """One deed with its form and action. `then`: the page to go to afterwards; `danger`: there is no way back.

    `ruler`: the running limit is shown beside the form.
    """

    deed: Deed
    form: type[ActForm]
    do: Do
    done: str
    template: str = "cases/act.html"
    then: str = "cases:detail"
    danger: bool = False
    ruler: bool = False


def _decide(case: Case, *, granted: bool, result: str, reason: str, **who: Any) -> Any:
    if granted:
        return actions.grant(case, result=result, reason=reason, **who)
    return actions.deny(case, reason=reason, **who)


def _review_return(case: Case, *, agreed: bool, opinion: str, **who: Any) -> Any:
    act = actions.confirm_return if agreed else actions.reject_return
    return act(case, opinion=opinion, **who)


def _review_correction(
    _: Case, *, correction: Any, by: User, at: datetime, agreed: bool, opinion: str, seen: int
) -> Any:
    """The door locks the row; the version was compared when the page came back."""
    del seen
    return actions.review_correction(correction, by=by, at=at, agreed=agreed, opinion=opinion)


def _renew_code(case: Case, *, by: User, at: datetime, reason: str, seen: int) -> Any:
    """A code is no fact of the case and has no version."""
    del seen
    return actions.renew_code(case, by=by, at=at, reason=reason)


def _answer_hand_over(case: Case, *, accepted: bool, reason: str, **who: Any) -> Any:
    if accepted:
        return actions.accept_hand_over(case, **who)
    return actions.decline_hand_over(case, reason=reason, **who)


def _receive(case: Case, *, facts: Any, **who: Any) -> Any:
    return actions.receive_material(case, facts, **who)


def _act(name: str, form: type[ActForm], do: Do, done: str, **more: Any) -> Act:
    return Act(BY_NAME[name], form, do, done, **more)


TABLE: Final[dict[str, Act]] = {
    act.deed.name: act
    for act in (
        _act("accept", acts.BareForm, actions.accept, "已受理，受理通知书已出具。"),
        _act("accept_with_promise", acts_materials.PromiseForm, actions.accept_with_promise, "已容缺受理。"),
        _act(
            "notify_supplement", acts_materials.NoticeForm, actions.notify_supplement, "一次性告知书已出具。",
            template="cases/act_notice.html",
        ),
        _act("supplement", acts_materials.SupplementForm, actions.supplement, "补正情况已登记。"),
        _act("tell_not_required", acts.ReasonForm, actions.tell_not_required, "不受理告知书已出具。", danger=True),
        _act("refuse", acts.RefuseForm, actions.refuse, "不予受理决定书已出具。", danger=True),
        _act("pause", acts_review.PauseForm, actions.pause, "已停表，特别程序告知书已出具。", ruler=True),
        _act("resume", acts_review.ResumeForm, actions.resume, "已恢复计时。", ruler=True),
        _act("extend", acts.ReasonForm, actions.extend, "已延期，延期告知书已出具。", ruler=True),
        _act("give_hearing_notice", acts.HearingForm, actions.give_hearing_notice, "听证告知书已出具。"),
        _act("inspect", acts_review.InspectForm, actions.inspect, "现场核查已登记。"),
        _act("complete_step", acts.OpinionForm, actions.complete_step, "环节已办完。"),
        _act(
            "receive_material", acts_materials.MaterialsForm, _receive, "材料已登记。",
            template="cases/act_materials.html",
        ),
        _act("propose_correction", acts_review.CorrectionForm, actions.propose_correction, "已提请更正，等人复核。"),
        _act("review_correction", acts_review.ReviewCorrectionForm, _review_correction, "更正已复核。"),
        _act("hand_over", acts_review.HandOverForm, actions.hand_over, "已移交。接收人接收以前，仍由原经办人负责。"),
        _act("answer_hand_over", acts_review.AnswerHandOverForm, _answer_hand_over, "移交已答复。"),
        _act("charge_fee", acts_fees.FeeForm, actions.charge_fee, "收费已登记。"),
        _act("propose_return", acts.ReasonForm, actions.propose_return, "已提请退件，等另一人复核。"),
        _act("review_return", acts_review.ReviewReturnForm, _review_return, "退件已复核。"),
        _act("decide", acts_review.DecideForm, _decide, "决定书已出具。", ruler=True),
        _act("deliver", acts_review.DeliverForm, actions.deliver, "已送达，办件办结。"),
        _act("withdraw", acts.OptionalReasonForm, actions.withdraw, "已登记撤回，办件办结。", danger=True),
        _act("end_unsupplemented", acts.ReasonForm, actions.end_unsupplemented, "已终止办理。", danger=True),
        _act("void", acts.ReasonForm, actions.void, "办件已作废。", danger=True),
        _act("archive", acts.BareForm, actions.archive, "已归档。"),
        _act("renew_code", acts.RenewCodeForm, _renew_code, "新查询码已生成，请打印凭证当面交给申请人。", then=_FILED),
    )
}  # fmt: skip


class ActionConverter:
    """Only names of the table are addresses; `/work/cases/…/filed/` stays free for its own page."""

    regex = "|".join(TABLE)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DocketConverter:
    """A stored docket number, also one of another system; nothing that PostgreSQL or a log would choke on."""

    regex = r"[0-9A-Za-z][0-9A-Za-z._-]{0,24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
