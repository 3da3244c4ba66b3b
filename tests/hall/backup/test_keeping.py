"""Which backups stay: fourteen days, eight weeks, twelve months."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from hall.backup import keeping, media
from hall.backup.keeping import Keep, kept, prune
from hall.backup.keys import KeyProblem
from hall.backup.vault import NAME_FORMAT, Base, Vault
from tests.hall.backup.builders import a_base

USUAL = Keep(14, 8, 12)
LAST = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 02:00 on Monday the 23rd in Beijing


def nights(count: int) -> list[Base]:
    ends = [LAST - timedelta(days=n) for n in range(count)]
    return [a_base(f"{end:{NAME_FORMAT}}", end) for end in reversed(ends)]


@pytest.mark.parametrize(("count", "days", "all_of_them"), [(0, 0, 0), (1, 1, 1), (14, 14, 14), (15, 14, 14)])
def test_every_night_of_two_weeks_stays(count: int, days: int, all_of_them: int) -> None:
    daily, staying = kept(nights(count), USUAL)
    assert (len(daily), len(staying)) == (days, all_of_them)


def test_after_two_years_there_are_days_weeks_and_months_and_no_more() -> None:
    daily, staying = kept(nights(730), USUAL)
    assert len(daily) == 14
    assert 14 + 6 + 9 <= len(staying) <= 14 + 8 + 12
    months = {f"{base.ended_at + timedelta(hours=8):%Y-%m}" for base in staying}
    assert len(months) == 12
    assert staying[-1].ended_at == LAST
    assert staying == sorted(staying, key=lambda base: base.ended_at)


def test_of_a_day_the_newest_stays() -> None:
    morning, evening, later = (a_base(n, LAST + timedelta(hours=h)) for n, h in (("a", -1), ("b", 0), ("c", 72)))
    assert kept([morning, evening, later], Keep(9, 9, 9))[1] == [evening, later]


def test_a_backup_made_after_an_accident_does_not_take_away_the_one_before_it() -> None:
    """Nor its log: the moment before the accident can still be returned to for two days."""
    before, after = a_base("a", LAST, start_lsn="0/2000028"), a_base("b", LAST + timedelta(hours=1))
    assert kept([before, after], Keep(1, 0, 0)) == ([before, after], [before, after])
    much_later = a_base("c", LAST + timedelta(hours=50))
    assert kept([before, after, much_later], Keep(1, 0, 0))[1] == [much_later]


def test_a_day_is_beijings() -> None:
    before, after = a_base("a", LAST.replace(hour=15, minute=59)), a_base("b", LAST.replace(hour=16, minute=1))
    assert len(kept([before, after], USUAL)[0]) == 2


def test_days_without_a_backup_do_not_count() -> None:
    gaps = [a_base(str(n), LAST - timedelta(days=3 * n)) for n in range(20)]
    assert len(kept(gaps, USUAL)[0]) == 14


@pytest.mark.parametrize("text", ["", "14", "14,8", "14,8,12,1", "a,b,c", "0,8,12", "14,-1,12"])
def test_what_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HALL_BACKUP_KEEP", text)
    with pytest.raises(KeyProblem, match="HALL_BACKUP_KEEP"):
        keeping.configured()


def test_the_usual_is_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HALL_BACKUP_KEEP", raising=False)
    assert keeping.configured() == USUAL
    monkeypatch.setenv("HALL_BACKUP_KEEP", "3, 0, 1")
    assert keeping.configured() == Keep(3, 0, 1)


def stored(vault: Vault, base: Base) -> Base:
    """On disk, with an empty list of files."""
    folder = vault.place_of(base)
    folder.mkdir()
    media._list_later(vault, {}, base.ended_at)
    with (folder / "media.json.sealed").open("wb") as target:
        media.seal(media.as_stream({"paper": "f" * 64}), target, name=f"base/{base.name}/media", keys=vault.keys)
    vault.write_manifest(base, folder)
    return base


def test_what_is_not_kept_goes_with_its_log_and_files(vault: Vault) -> None:
    for n, base in enumerate(nights(3)):
        stored(vault, a_base(base.name, base.ended_at, start_lsn=f"0/{n + 2}000028"))
    for number in range(1, 6):
        (vault.wal / f"00000001000000000000000{number}").touch()
    (vault.wal / "00000002.history").touch()
    for digest in ("f" * 64, "0" * 64):
        media.blob(vault, digest).parent.mkdir(parents=True)
        media.blob(vault, digest).touch()
    pruned = prune(vault, Keep(2, 0, 0))
    assert (pruned.bases, pruned.segments, pruned.files) == (1, 2, 1)
    assert len(vault.bases()) == 2
    assert vault.wal_files() == [f"00000001000000000000000{number}" for number in (3, 4, 5)] + ["00000002.history"]
    assert [path.name for path in media.blobs(vault)] == ["f" * 64]
    assert len(media.later_lists(vault)) == 2


def test_an_empty_folder_is_left_alone(vault: Vault) -> None:
    (vault.wal / "000000010000000000000001").touch()
    assert prune(vault, USUAL) == keeping.Pruned(0, 0, 0)
    assert os.listdir(vault.wal)
