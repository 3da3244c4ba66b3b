"""Celery's scheduler, made to bear a clock of the machine that is set forward or back (celery#6742, #3685; R08).

The original compares moments of the wall clock only: set back by two hours it would ring nothing for two hours.
"""

import time
from typing import Any, Final

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware

# Seconds. Between two looks the wall clock and the steady one differ by less, unless somebody set the former.
STEP: Final = 2.0
LOOK_EVERY: Final = 5.0


class SteadyScheduler(PersistentScheduler):
    """Rings as before after the machine's clock was set, and after a start with notes of the future."""

    max_interval = LOOK_EVERY
    _apart: float | None = None

    def tick(self, *args: Any, **options: Any) -> float:
        """Ring what is due; seconds until the next look."""
        apart = time.time() - time.monotonic()
        if self._apart is None or abs(apart - self._apart) > STEP:
            self._begin_anew()
        self._apart = apart
        seconds: float = super().tick(*args, **options)
        return seconds

    def _begin_anew(self) -> None:
        """Take what was rung in the future as rung now, and put everything into order again."""
        for entry in self.schedule.values():
            now = maybe_make_aware(entry.default_now())
            if entry.last_run_at is not None and maybe_make_aware(entry.last_run_at) > now:
                entry.last_run_at = now
        self._heap = None
