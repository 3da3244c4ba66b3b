"""What is refused after a bad grade is refused in its own sentence, at its own field."""

import pytest

from hall.facts.errors import Refused
from hall.rectification import door
from hall.rectification.actions import appealing
from hall.rectification.enums import RectificationState
from tests.builders import Hall
from tests.hall.rectification.builders import GIVEN, bad

pytestmark = pytest.mark.django_db


def test_an_appeal_is_of_a_kind(hall: Hall) -> None:
    with pytest.raises(Refused, match="请选择申诉类型") as refusal:
        appealing.appeal(bad(hall), by=hall.clerk, at=GIVEN, kind="wrong", reason="点错了", evidence="见录像")
    assert refusal.value.field == "kind"


@pytest.mark.parametrize("said", ["", "  ", "好", " 好 "])
def test_a_word_says_nothing(said: str) -> None:
    with pytest.raises(Refused, match="不要留空") as refusal:
        door.words(said, "note")
    assert refusal.value.field == "note"


@pytest.mark.parametrize("least", [2, 5])
def test_what_says_enough_is_kept_without_the_space_around_it(least: int) -> None:
    assert door.words("  " + "改" * least + " ", "note", least=least) == "改" * least
    with pytest.raises(Refused):
        door.words("改" * (least - 1), "note", least=least)


@pytest.mark.parametrize("said", ["请打 13912345678", "身份证 110101199003074514"])
def test_a_number_of_a_person_is_no_word(said: str) -> None:
    with pytest.raises(Refused, match="不要写证件号") as refusal:
        door.words(said, "answer")
    assert refusal.value.field == "answer"


@pytest.mark.parametrize("target", [state for state in RectificationState if state != RectificationState.RECTIFYING])
def test_an_arrow_the_table_lacks_is_named_by_both_ends(hall: Hall, target: RectificationState) -> None:
    move = door.Move(bad(hall), "contact", by=hall.chief, at=GIVEN)
    with pytest.raises(Refused, match="不能转到") as refusal:
        move.to(target)
    assert move.source.label in refusal.value.sentence
    assert target.label in refusal.value.sentence
