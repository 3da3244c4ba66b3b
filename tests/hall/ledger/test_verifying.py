"""What somebody did behind the triggers is found (P10, U04)."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hall.ledger import sealing
from hall.ledger.models import Event, Seal
from hall.ledger.verifying import verify
from tests.hall.ledger.builders import AT, CENTER, behind_the_triggers, make_event, make_events, seal_now

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain(transactional_db: None) -> list[Event]:
    """Three seals of two events each."""
    events = []
    for _ in range(3):
        events += make_events(2, data={"window": "3"})
        seal_now()
    return events


def faults() -> list[tuple[int, str]]:
    return [(fault.number, fault.sentence) for fault in verify()]


def test_an_untouched_ledger_is_sound(chain: list[Event]) -> None:
    assert verify() == []


@pytest.mark.parametrize(
    "change",
    [
        "docket = 'D9'",
        "kind = 'test.other'",
        "occurred_at = occurred_at - interval '1 second'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        'data = \'{"window": "4"}\'',
        "actor_role = 'chief'",
    ],
)
def test_u04_a_changed_event_is_found(chain: list[Event], change: str) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute(f"UPDATE ledger_event SET {change} WHERE id = %s", [chain[2].pk])
    assert faults() == [(2, "事件内容与封存时不一致。")]


def test_u04_a_removed_event_is_found(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("DELETE FROM ledger_event WHERE id = %s", [chain[0].pk])
    assert faults() == [(1, "应有 2 条事件，少了 1 条。")]


def test_u04_an_event_slipped_into_the_past_is_found(chain: list[Event]) -> None:
    then = chain[0].recorded_xid
    forged = Event(docket="D1", kind="test.happened", center_code=CENTER, occurred_at=AT, recorded_xid=then)
    forged.save(force_insert=True)
    assert faults() == [(1, "应有 2 条事件，多了 1 条。")]


def test_an_event_moved_to_another_center_is_found(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("UPDATE ledger_event SET center_code = '1303020013' WHERE id = %s", [chain[5].pk])
    assert faults() == [(3, "应有 2 条事件，少了 1 条。")]


def test_removed_events_with_their_seal_are_found_inside_the_chain(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_event", "ledger_seal") as cursor:
        cursor.execute("DELETE FROM ledger_event WHERE id IN (%s, %s)", [chain[2].pk, chain[3].pk])
        cursor.execute("DELETE FROM ledger_seal WHERE number = 2")
    assert any(number == 3 and "不衔接" in sentence for number, sentence in faults())


def test_removed_last_events_are_found_while_their_seal_stands(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("DELETE FROM ledger_event WHERE id >= %s", [chain[4].pk])
    assert faults() == [(3, "应有 2 条事件，少了 2 条。")]


def test_u04_a_tail_cut_off_with_its_seal_is_found_by_the_published_head(chain: list[Event]) -> None:
    published = sealing.heads()
    with behind_the_triggers("ledger_event", "ledger_seal") as cursor:
        cursor.execute("DELETE FROM ledger_event WHERE id >= %s", [chain[4].pk])
        cursor.execute("DELETE FROM ledger_seal WHERE number = 3")
    assert verify() == []
    assert [fault.sentence for fault in verify(published)] == ["已公布的封存不见了，账尾被截断。"]


def test_u04_a_rewritten_chain_is_found_by_the_published_head(chain: list[Event]) -> None:
    published = sealing.heads()
    with behind_the_triggers("ledger_event", "ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_event SET docket = 'D9'")
        cursor.execute("DELETE FROM ledger_seal")
    seal_now()
    for _ in range(3 - Seal.objects.count()):
        make_event()
        seal_now()
    assert verify() == []
    assert [fault.sentence for fault in verify(published)] == ["与已公布的封存值不同，账被整体改写。"]


def test_a_forged_hash_does_not_help_without_the_key(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_seal SET hash = repeat('a', 64) WHERE number = 3")
    assert faults() == [(3, "事件内容与封存时不一致。")]


def test_a_widened_range_is_found(chain: list[Event]) -> None:
    with behind_the_triggers("ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_seal SET from_xid = from_xid - 1 WHERE number = 3")
    assert any("不相接" in sentence for _, sentence in faults())


def test_the_command_is_silent_about_nothing(chain: list[Event], capsys: pytest.CaptureFixture[str]) -> None:
    make_event()
    call_command("verify_ledger")
    assert "事件账完好，另有 1 条事件待封存" in capsys.readouterr().out


def test_the_command_names_the_place_and_fails(chain: list[Event], capsys: pytest.CaptureFixture[str]) -> None:
    with behind_the_triggers("ledger_event") as cursor:
        cursor.execute("DELETE FROM ledger_event WHERE id = %s", [chain[0].pk])
    with pytest.raises(CommandError, match="1 处不符") as caught:
        call_command("verify_ledger")
    assert caught.value.returncode == 1
    assert f"中心 {CENTER} 第 1 段" in capsys.readouterr().err


def test_heads_are_printed_and_read_back(
    chain: list[Event], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("verify_ledger", "--print-heads")
    anchor = tmp_path / "heads.jsonl"
    anchor.write_text(capsys.readouterr().out)
    assert json.loads(anchor.read_text())["hash"] == Seal.objects.get(number=3).hash
    call_command("verify_ledger", "--heads", str(anchor))
    with behind_the_triggers("ledger_seal") as cursor:
        cursor.execute("DELETE FROM ledger_seal WHERE number = 3")
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--heads", str(anchor))


@pytest.mark.parametrize("content", [None, "no json", "[]", '{"center": "x"}'])
def test_an_unreadable_file_of_heads_has_a_sentence(tmp_path: Path, content: str | None) -> None:
    anchor = tmp_path / "heads.jsonl"
    if content is not None:
        anchor.write_text(content)
    with pytest.raises(CommandError, match="读不出封存值文件"):
        call_command("verify_ledger", "--heads", str(anchor))
