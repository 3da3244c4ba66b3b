"""When a backup or a drill is due: every night, and by day where the machine slept."""

from datetime import UTC, datetime, timedelta

import pytest

from hall.backup.planning import backup_due, drill_due

NIGHT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)  # 02:00 in Beijing
DAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 11:00 in Beijing
HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)

BACKUPS = [
    ("the first one at once", DAY, None, None, True),
    ("at night after a day", NIGHT, A_DAY, A_DAY, True),
    ("at night after twelve hours", NIGHT, 12 * HOUR, 12 * HOUR, True),
    ("not twice a night", NIGHT, 11 * HOUR, 11 * HOUR, False),
    ("not by day when the night was used", DAY, 9 * HOUR, 9 * HOUR, False),
    ("not by day after 25 hours", DAY, 25 * HOUR, 25 * HOUR, False),
    ("by day when the night was missed", DAY, 26 * HOUR, 26 * HOUR, True),
    ("not again at once after a failure", NIGHT, 3 * A_DAY, timedelta(minutes=59), False),
    ("again an hour after a failure", NIGHT, 3 * A_DAY, HOUR, True),
    ("not at once after the first failed", DAY, None, timedelta(minutes=10), False),
]
DRILLS = [
    ("the first one at once", DAY, None, None, True),
    ("not after six days", NIGHT, 6 * A_DAY, 6 * A_DAY, False),
    ("at night after a week", NIGHT, 7 * A_DAY, 7 * A_DAY, True),
    ("not by day after a week", DAY, 7 * A_DAY, 7 * A_DAY, False),
    ("by day before the eighth is over", DAY, 7 * A_DAY + 12 * HOUR, 7 * A_DAY + 12 * HOUR, True),
]


@pytest.mark.parametrize(("at", "succeeded", "tried", "due"), [r[1:] for r in BACKUPS], ids=[r[0] for r in BACKUPS])
def test_backups(at: datetime, succeeded: timedelta | None, tried: timedelta | None, due: bool) -> None:
    assert backup_due(at=at, succeeded=succeeded and at - succeeded, tried=tried and at - tried) is due


@pytest.mark.parametrize(("at", "succeeded", "tried", "due"), [r[1:] for r in DRILLS], ids=[r[0] for r in DRILLS])
def test_drills(at: datetime, succeeded: timedelta | None, tried: timedelta | None, due: bool) -> None:
    assert drill_due(at=at, succeeded=succeeded and at - succeeded, tried=tried and at - tried) is due


def test_nothing_waits_longer_than_its_alarm() -> None:
    """The health page warns after 30 hours and after 8 days: by then it was due at any hour."""
    for hour in range(24):
        at = DAY + timedelta(hours=hour)
        assert backup_due(at=at, succeeded=at - timedelta(hours=29), tried=None)
        assert drill_due(at=at, succeeded=at - timedelta(days=7, hours=23), tried=None)
