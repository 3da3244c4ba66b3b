"""What follows from a deed, told before its button: the day it leads to, the paper it makes, whom it tells."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from approvals.cases import grounds, rules
from approvals.cases.clock import ClockKind, Deadline, ExtensionFact, Limit, day_text
from approvals.cases.clockwork import limit
from approvals.cases.doings import Deed
from approvals.cases.enums import CaseState, ParameterKey
from approvals.cases.parameters import lapse_rule, whole_number
from approvals.cases.situations import Situation
from approvals.catalogue.enums import LapseSubject
from hall.workdays.terms import end_of_term

_TOLD: Final = "同时短信告知申请人（不含姓名）。"
_ENDS: Final = "办件就此办结，期限停止；之后只能更正，不能改回。"


def until(deadline: Deadline | None) -> str:
    """5月18日（周一）下班前, with what is not certain about it; empty without a deadline."""
    if deadline is None:
        return ""
    if deadline.due_at is not None:
        return f"{day_text(deadline.due)} {deadline.due_at:%H:%M} 前"
    return f"{day_text(deadline.due)}下班前" + ("（日历未公布，暂定）" if deadline.provisional else "")


def _limits(s: Situation) -> str:
    promise = limit(s.case.promise_count, s.case.promise_unit)
    statute = limit(s.case.statute_count, s.case.statute_unit)
    return "、".join(
        f"{word} {term}" for word, term in (("承诺", promise), ("法定", statute)) if term is not None and term.count
    )


def _accept(s: Situation) -> str:
    due = until(s.deadline(ClockKind.DECISION, accepted_at=s.at, supplement_due_on=None))
    term = f"{_limits(s)}，" if _limits(s) else ""
    when = f"受理后{term}须在 {due}作出决定。" if due else "受理后开始审查；这个事项没有办理期限。"
    return f"{when}出具受理通知书，{_TOLD}受理人不能再对本件作决定（即办件除外）。"


def _accept_with_promise(s: Situation) -> str:
    term = s.case.version_filed.supplement
    if term is None:
        return ""
    due = _end(s, Limit(term.count, term.unit))
    rule = lapse_rule(s.case.center, LapseSubject.SUPPLEMENT, s.today)
    late = f"逾期依照{rule}视为撤回申请" if rule else "逾期由本机关书面决定是否终止办理"
    return f"容缺材料须在 {day_text(due)}前补齐，{late}；没有补齐不能出证。{_accept(s)}"


def _end(s: Situation, term: Limit) -> date:
    return end_of_term(s.today, term, (), s.calendar).due


def _notify(s: Situation) -> str:
    days = whole_number(ParameterKey.SUPPLEMENT_DAYS, center=s.case.center_id, on=s.today)
    due = _end(s, Limit(days, "workday"))
    first = "补正内容只告知一次，请写全。" if not s.case.notices.all() else "这是再次告知，理由会写进告知书。"
    return f"{first}请申请人在 {day_text(due)}前补齐；办理期限从补齐之日起算。出具一次性告知书，{_TOLD}"


def _supplement(s: Situation) -> str:
    return f"选“补齐了”：今天就受理。{_accept(s)}选“还没有补齐”：只登记收到的材料，期限不变。"


def _pause(s: Situation) -> str:
    now = until(s.deadline(ClockKind.DECISION))
    moves = "停表后决定期限顺延：从明天到恢复那天，停几个工作日，到期日就往后移几个工作日。"
    return f"{moves}{f'现在的到期日是 {now}。' if now else ''}出具特别程序告知书，须送达申请人；{_TOLD}"


def _resume(s: Situation) -> str:
    if len(s.open_pauses) > 1:
        return f"还有别的事由在停表，恢复这一项后仍然停表。{_TOLD}"
    pauses = tuple(replace(p, end_on=p.end_on or s.today) for p in s.facts.pauses)
    due = until(s.deadline(ClockKind.DECISION, pauses=pauses))
    return f"恢复当天仍算停表，从下一个工作日接着计时；到期日改为 {due}。{_TOLD}" if due else _TOLD


def _extend(s: Situation) -> str:
    regime = s.case.version_filed.regime
    if regime is None or regime.extension is None:
        return ""
    moves = s.case.version_filed.extension_moves_promise
    fact = ExtensionFact(regime.extension.count, regime.extension.unit, s.today, "", moves_promise=moves)
    then = s.deadline(ClockKind.DECISION, extensions=(*s.facts.extensions, fact))
    statute = day_text(then.statute_due) if then and then.statute_due else "（停表中，恢复后确定）"
    promise = "承诺期限一并顺延。" if moves else "承诺期限不变，过了承诺期限仍算超承诺。"
    return f"延长 {regime.extension}，只能一次；法定到期日改为 {statute}，{promise}出具延期告知书，{_TOLD}"


def _decide(s: Situation) -> str:
    owed = f"容缺材料还没有补齐（{'、'.join(s.owed)}），现在不能准予。" if s.owed else ""
    due = until(s.deadline(ClockKind.DELIVERY, decided_at=s.at, granted=True))
    grant = f"准予的，须在 {due}送达。" if due else "准予的，请及时送达。"
    return f"{owed}决定后期限停止。{grant}不予的，决定书写明理由和复议、诉讼的途径。出具决定书，{_TOLD}"


def _deliver(_: Situation) -> str:
    return f"送达后办结。出具送达回证，{_TOLD}"


def _review_return(s: Situation) -> str:
    pending = s.pending_return
    back = f"“{CaseState(pending.from_state).label}”" if pending else "原来的"
    return f"同意：办件以退件办结，出具终止办理决定书并告知救济途径。不同意：回到{back}环节，期限一直在走。"


def _complete_step(s: Situation) -> str:
    running = s.running_step
    if running is None:
        return ""
    done = {row.step_id for row in s.case.steps.all()}
    following = next((step for step in s.case.version_filed.steps.all() if step.pk not in done), None)
    then = f"接着办“{following.name}”" if following else "各环节都已办完，可以作出决定"
    return f"“{running.step.name}”办完后，{then}。"


def _hand_over(s: Situation) -> str:
    if rules.may_order_hand_over.test(s.user, s.case):
        return "立即由接收人负责，期限照走；首问不变。接收人会收到消息。"
    return "接收人接收以后才由其负责，在此以前仍由您负责，期限照走；首问不变。接收人会收到消息。"


def _charge_fee(s: Situation) -> str:
    if s.case.version_filed.is_free:
        return "这个事项不收费。登记的任何金额都会列入督查。"
    listed = [f"{fee.name} {fee.amount} 元" for fee in s.case.version_filed.fees.all() if fee.amount is not None]
    least = f"最低标准：{'、'.join(listed)}；高于标准的会列入督查。" if listed else ""
    return f"{least}登记后不能修改，错了请按票据作废后另行登记。"


def _fixed(text: str) -> Callable[[Situation], str]:
    return lambda _: text


_TABLE: Final[Mapping[str, Callable[[Situation], str]]] = {
    "accept": _accept,
    "accept_with_promise": _accept_with_promise,
    "notify_supplement": _notify,
    "supplement": _supplement,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "decide": _decide,
    "deliver": _deliver,
    "review_return": _review_return,
    "complete_step": _complete_step,
    "tell_not_required": _fixed(f"出具不受理告知书。{_ENDS}{_TOLD}"),
    "refuse": _fixed(f"出具不予受理决定书，写明应当向哪个机关申请和救济途径。{_ENDS}{_TOLD}"),
    "give_hearing_notice": _fixed(f"出具听证告知书。申请听证期间和听证本身要停表的，请另办“停表”。{_TOLD}"),
    "inspect": _fixed("登记核查情况。现场核查本身不停表，期限照走。"),
    "receive_material": _fixed("登记的情况替换这一项原来的情况；期限不变。容缺后补的材料收到后自动核销。"),
    "propose_correction": _fixed("现在什么都不改。另一人复核同意后才改，两人都记在经过里。"),
    "review_correction": _fixed("同意：立即更正，期限随之重新计算。不同意：原样不动，写明意见。"),
    "hand_over": _hand_over,
    "answer_hand_over": _fixed(
        "接收：从现在起由您负责，期限照走；首问不变。退回：仍由原经办人负责，写明理由。对方会收到消息。"
    ),
    "charge_fee": _charge_fee,
    "propose_return": _fixed("提请后由另一人复核，复核期间期限照走；同意才退件。"),
    "withdraw": _fixed(f"出具终止办理决定书。{_ENDS}{_TOLD}"),
    "end_unsupplemented": _fixed(f"出具终止办理决定书并告知救济途径。{_ENDS}{_TOLD}"),
    "void": _fixed("只用于录入或技术错误。办件和已出的文书一并作废，编号不再使用，不能改回。"),
    "archive": _fixed("归档后不能再更正。"),
    "renew_code": _fixed("旧查询码立即失效。新码只印在收件凭证上，请当面交给申请人；24 小时内没有打印就清除。"),
}


# Where a regime has an article of its own for what a deed does, that one is cited.
_OWN_ARTICLES: Final[Mapping[str, str]] = {
    "notify_supplement": "notice_article",
    "extend": "extension_article",
    "give_hearing_notice": "hearing_article",
    "decide": "decision_article",
    "deliver": "delivery_article",
}
_LICENSING: Final = "行政许可法"


def legal_ground(deed: Deed, situation: Situation) -> str:
    """The article a deed rests on. The licensing law is cited only for items decided under it (law 6)."""
    regime = situation.case.version_filed.regime
    if regime is not None and _LICENSING in regime.statute:
        return deed.article
    own = getattr(regime, _OWN_ARTICLES.get(deed.name, ""), "") if regime else ""
    if own:
        return grounds.cited(regime.statute, own)  # type: ignore[union-attr]
    return "；".join(part for part in deed.article.split("；") if _LICENSING not in part)


def consequence(name: str, situation: Situation) -> str:
    """The sentence under the heading of a deed."""
    return _TABLE[name](situation)
