"""What one may do next with a case, and why not: one line a deed, asked by the case page and by the page of the deed.

The door decides in the end (law 8); here the same reasons are told before anybody has typed anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.urls import reverse

from approvals.cases import clock, rules, transitions
from approvals.cases.clock import PauseFact, day_text
from approvals.cases.enums import CaseState
from approvals.cases.situations import Situation
from approvals.catalogue.enums import ExtensionApprover
from hall.access.rules import has_right
from hall.evaluation.queries import evaluation_state
from hall.evaluation.rules import CANNOT_ASK


class Verdict(StrEnum):
    """Whether a deed can be done: now; not in this state, for this item, by this person, or with these facts."""

    READY = "ready"
    STATE = "state"
    MOOT = "moot"
    PERSON = "person"
    FACTS = "facts"


def _nothing(_: Situation) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do. `moves`: the transitions it may make; `main`: stands in the head of the page.

    `moot`: why it does not apply to such a case at all; `why_not`: what is in its way for the time being.
    """

    name: str
    label: str
    moves: tuple[str, ...] = ()
    key: str = ""
    main: bool = False
    why_not: Callable[[Situation], str] = _nothing
    moot: Callable[[Situation], str] = _nothing

    @property
    def article(self) -> str:
        """The legal ground of the moves, as the table of transitions names it."""
        return "；".join(dict.fromkeys(transitions.BY_NAME[move].article for move in self.moves))


@dataclass(frozen=True, slots=True)
class Doing:
    """One deed for one person and one case, as components/doings.html shows it."""

    name: str
    label: str
    key: str
    main: bool
    verdict: Verdict
    why: str
    url: str
    primary: bool = False

    @property
    def allowed(self) -> bool:
        return self.verdict == Verdict.READY


def _accept(s: Situation) -> str:
    return f"还缺必要材料：{'、'.join(s.missing)}。" if s.missing else ""


def _no_promise(s: Situation) -> str:
    if s.case.version_filed.supplement is None:
        return "这个事项不能容缺受理。"
    return "" if s.missing else "材料齐全，可以直接受理。"


def _accept_with_promise(s: Situation) -> str:
    deferrable = {m.name for m in s.case.version_filed.materials.all() if m.may_be_deferred}
    hard = [name for name in s.missing if name not in deferrable]
    return f"还缺不能容缺的材料：{'、'.join(hard)}。" if hard else ""


def _no_grounds(s: Situation) -> str:
    return "" if s.grounds else "这个事项适用的制度没有停表事由。"


def _pause(s: Situation) -> str:
    sentences = [_against(s, ground.code, ground.stops_statute) for ground in s.grounds]
    return "" if "" in sentences else sentences[0]


def _against(s: Situation, code: str, stops_statute: bool) -> str:
    probe = PauseFact(code, "", s.today, None, stops_statute, "", "")
    return clock.check_pause(s.facts, probe, s.calendar, today=s.today)


def _no_extension(s: Situation) -> str:
    regime = s.case.version_filed.regime
    if regime is None or regime.extension_count is None:
        return "这个事项适用的制度没有延期。"
    if regime.extension_approver != ExtensionApprover.ORGAN_HEAD:
        return f"这个事项的延期须由{regime.get_extension_approver_display()}批准。"
    return ""


def _extend(s: Situation) -> str:
    return clock.check_extension(s.facts, s.calendar, on=s.today)


def _no_hearing(s: Situation) -> str:
    regime = s.case.version_filed.regime
    return "" if regime and regime.hearing_request_count is not None else "这个事项适用的制度没有听证。"


def _no_step(s: Situation) -> str:
    return "" if s.running_step else "没有正在办理的环节。"


def _review_return(s: Situation) -> str:
    pending = s.pending_return
    return "退件须由提请人以外的人复核。" if pending and pending.proposed_by_id == s.user.pk else ""


def _no_correction(s: Situation) -> str:
    return "" if s.pending_corrections else "没有等待复核的更正。"


def _review_correction(s: Situation) -> str:
    others = [row for row in s.pending_corrections if row.proposed_by_id != s.user.pk]
    return "" if others else "更正须由提请人以外的人复核。"


def _hand_over(s: Situation) -> str:
    waiting = s.pending_handover
    if waiting is None or rules.may_order_hand_over.test(s.user, s.case):
        return ""
    return f"已经移交给{waiting.to_staff.name}，正在等对方接收。"


def _no_offer(s: Situation) -> str:
    return "" if s.pending_handover else "没有等待接收的移交。"


def _nothing_owed(s: Situation) -> str:
    return "没有等待补正或补齐的材料。" if s.facts.supplement_due_on is None else ""


def _end(s: Situation) -> str:
    due = s.facts.supplement_due_on
    return f"补正或补齐的期限到 {day_text(due)} 为止，还没有过。" if due and s.today <= due else ""


DEEDS: Final[tuple[Deed, ...]] = (
    Deed("answer_hand_over", "答复移交", ("accept_hand_over", "decline_hand_over"), "X", True, moot=_no_offer),
    Deed("accept", "受理", ("accept",), "A", True, _accept),
    Deed("supplement", "收到补正", ("supplement",), "G", True),
    Deed("notify_supplement", "一次性告知", ("notify_supplement",), "B", True),
    Deed("accept_with_promise", "容缺受理", ("accept_with_promise",), "C", True, _accept_with_promise, _no_promise),
    Deed("review_return", "复核退件", ("confirm_return", "reject_return"), "F", True, _review_return),
    Deed("review_correction", "复核更正", ("review_correction",), "Y", True, _review_correction, _no_correction),
    Deed("resume", "恢复计时", ("resume",), "R", True),
    Deed("deliver", "送达", ("deliver",), "S", True),
    Deed("decide", "作出决定", ("grant", "deny"), "D", True),
    Deed("pause", "停表", ("pause",), "P", True, _pause, _no_grounds),
    Deed("extend", "延期", ("extend",), "E", True, _extend, _no_extension),
    Deed("hand_over", "移交", ("hand_over",), "H", True, _hand_over),
    Deed("complete_step", "完成环节", ("complete_step",), "O", moot=_no_step),
    Deed("receive_material", "登记材料", ("receive_material",), "M"),
    Deed("charge_fee", "登记收费", ("charge_fee",), "Z"),
    Deed("inspect", "现场核查", ("inspect",), "I"),
    Deed("give_hearing_notice", "听证告知", ("give_hearing_notice",), "L", moot=_no_hearing),
    Deed("tell_not_required", "不受理告知", ("tell_not_required",)),
    Deed("refuse", "不予受理", ("refuse",)),
    Deed("propose_return", "提请退件", ("propose_return",), "T"),
    Deed("withdraw", "申请人撤回", ("withdraw",), "W"),
    Deed("propose_correction", "提请更正", ("correct",), "U"),
    Deed("end_unsupplemented", "终止办理", ("end_unsupplemented",), why_not=_end, moot=_nothing_owed),
    Deed("void", "作废", ("void",)),
    Deed("archive", "归档", ("archive",), "V"),
    Deed("renew_code", "换发查询码", (), "Q"),
)
BY_NAME: Final = {deed.name: deed for deed in DEEDS}
# Which allowed deed is the one to do next; the first that applies is drawn as the primary button.
_NEXT: Final = (
    "answer_hand_over", "review_return", "review_correction", "accept", "supplement", "accept_with_promise",
    "notify_supplement", "resume", "deliver", "decide",
)  # fmt: skip


def judge(deed: Deed, s: Situation) -> tuple[Verdict, str]:
    """Whether this person can do this now, and the sentence why not."""
    state = CaseState(s.case.state)
    sources = list(dict.fromkeys(source for move in deed.moves for source in transitions.BY_NAME[move].sources))
    if sources and state not in sources:
        return Verdict.STATE, f"在“{'”“'.join(source.label for source in sources)}”环节才能办理。"
    if moot := deed.moot(s):
        return Verdict.MOOT, moot
    if not permitted(deed, s):
        return Verdict.PERSON, _who(deed)
    sentence = deed.why_not(s)
    return (Verdict.FACTS, sentence) if sentence else (Verdict.READY, "")


def permitted(deed: Deed, s: Situation) -> bool:
    """Whether role, department and part in the case allow it, state aside."""
    if not deed.moves:
        return bool(rules.may_hand_out_code.test(s.user, s.case))
    return any(rules.may(s.user, move, s.case) for move in deed.moves)


def _who(deed: Deed) -> str:
    return rules.who_may(deed.moves[0]) if deed.moves else "查询码由本中心的收件窗口换发。"


def _ask_for_evaluation(s: Situation) -> Doing:
    """Not a deed of the case: the room of evaluations asks, and what is answered is never shown here."""
    verdict, why = Verdict.READY, ""
    if s.case.is_open:
        verdict, why = Verdict.STATE, "办结以后才能请办事人评价。"
    elif not (has_right(s.user, "evaluation.collect") and rules.at_the_desk.test(s.user, s.case)):
        verdict, why = Verdict.PERSON, "由本部门的窗口人员请办事人评价。"
    else:
        if not evaluation_state(s.case.docket, at=s.at).is_open:
            verdict, why = Verdict.MOOT, CANNOT_ASK
    return Doing(
        name="ask_evaluation",
        label="请办事人评价",
        key="N",
        main=True,
        verdict=verdict,
        why=why,
        url=reverse("evaluation:ask", kwargs={"docket": s.case.docket}),
    )


def doings(s: Situation) -> list[Doing]:
    """Every deed with its verdict, in the order of a case's life, and what other rooms do with a closed case."""
    return [*_deeds(s), _ask_for_evaluation(s)]


def _deeds(s: Situation) -> list[Doing]:
    judged = [(deed, *judge(deed, s)) for deed in DEEDS]
    ready = {deed.name for deed, verdict, _ in judged if verdict == Verdict.READY}
    first = next((name for name in _NEXT if name in ready), "")
    return [
        Doing(
            name=deed.name,
            label=deed.label,
            key=deed.key,
            main=deed.main,
            verdict=verdict,
            why=why,
            url=reverse("cases:act", args=(s.case.docket, deed.name)),
            primary=deed.name == first,
        )
        for deed, verdict, why in judged
    ]
