"""How events read in the timeline: every kind has its word, every fact its phrase, old data never break a line."""

import pytest

from approvals.cases import kinds
from approvals.cases.enums import CorrectableField
from approvals.cases.transitions import TABLE
from hall.ledger import kinds as ledger_kinds
from hall.privacy.detector import personal_kinds

LINES = [
    ("case.register", {"channel": "window", "materials": 3}, "收件：窗口，材料 3 份"),
    ("case.register", {"channel": "post", "materials": 0}, "收件：邮寄，没有材料"),
    ("case.receive_material", {"materials": ["申请书", "图纸"]}, "登记材料：申请书、图纸"),
    ("case.notify_supplement", {"count": 2, "due": "2026-04-28", "document": "130302-告-2026-00001"},
     "一次性告知：到期日 4月28日（周二），文书 130302-告-2026-00001"),
    ("case.pause", {"ground": "expert_review", "label": "专家评审", "days": 3},
     "停表：专家评审，书面告知需 3 个工作日"),
    ("case.resume", {"label": "专家评审"}, "恢复计时：专家评审"),
    ("case.extend", {"old": "2026-05-13", "new": "2026-05-27", "reason": "复杂"},
     "延期：原定 5月13日（周三），改为 5月27日（周三），理由：复杂"),
    ("case.inspect", {"passed": True}, "现场核查：符合"),
    ("case.inspect", {"passed": False}, "现场核查：不符合"),
    ("case.complete_step", {"step": "审查", "next": "决定"}, "完成环节：“审查”办完"),
    ("case.hand_over", {"from_staff": "T1", "to_staff": "T2", "reason": "调班"}, "移交：接收人工号 T2，理由：调班"),
    ("case.refuse", {"organ": "市场监督管理局"}, "不予受理：应向市场监督管理局申请"),
    ("case.correct", {"field": "phone", "reason": "写错"}, "提请更正：联系电话，理由：写错"),
    ("case.review_correction", {"field": "phone", "agreed": False}, "复核更正：联系电话，不同意"),
    ("case.deliver", {"method": "posted"}, "送达：邮寄送达"),
    ("case.flag_raised", {"clock": "decision", "level": "over_statute"}, None),
    ("case.accept", {"acting_for": "T7"}, "受理：代 T7 号工作人员办理"),
]  # fmt: skip


class Told:
    def __init__(self, kind: str, data: object) -> None:
        self.kind, self.data = kind, data


def line(kind: str, data: object) -> str:
    return ledger_kinds.describe(Told(kind, data))


@pytest.mark.parametrize(("kind", "data", "words"), [case for case in LINES if case[2]])
def test_an_event_reads_as_one_line(kind, data, words):
    assert line(kind, data) == words


@pytest.mark.parametrize(
    ("level", "word"),
    [("due_soon", "临期"), ("over_promise", "超承诺"), ("over_statute", "超法定"), ("deemed_accepted", "视为受理")],
)
def test_a_flag_names_its_level(level, word):
    assert word in line("case.flag_raised", {"clock": "decision", "level": level, "due": "2026-05-13"})


@pytest.mark.parametrize("name", [t.name for t in TABLE])
def test_every_move_has_a_word_of_the_table(name):
    assert kinds.labels()[f"case.{name}"] == next(t.label for t in TABLE if t.name == name)


@pytest.mark.parametrize("kind", sorted(kinds.labels()))
def test_every_kind_is_announced_and_reads_without_data(kind):
    """Old events may lack every fact: the word alone is left, without a colon."""
    assert line(kind, {}) == kinds.labels()[kind]


@pytest.mark.parametrize("kind", sorted(kinds.labels()))
def test_no_kind_is_shown_in_english(kind):
    assert not any(c.isascii() and c.isalpha() for c in kinds.labels()[kind])


@pytest.mark.parametrize("key", ["channel", "method", "level", "field"])
@pytest.mark.parametrize("value", ["unknown", "", None, 7])
def test_a_word_no_longer_known_is_left_out(key, value):
    if isinstance(value, int):
        value = str(value)
    assert kinds.details({key: value}) == ""


@pytest.mark.parametrize("key", sorted(kinds._PHRASES))
def test_an_empty_fact_says_nothing(key):
    assert kinds.details({key: ""}) == ""
    assert kinds.details({key: None}) == ""


def test_facts_stand_in_a_fixed_order():
    data = {"reason": "复杂", "document": "130302-延-2026-00001", "old": "A", "new": "B"}
    assert kinds.details(data) == kinds.details(dict(reversed(data.items())))


@pytest.mark.parametrize("field", CorrectableField)
def test_a_correction_names_its_field_and_no_value(field):
    assert kinds.details({"field": field.value, "value": "13812345678", "after": "李四"}) == field.label


def test_unknown_facts_are_not_shown():
    """A number that got into an event by mistake is not repeated by the timeline."""
    assert not personal_kinds(kinds.details({"phone": "13812345678", "version": 3}))
