"""What must be done again in a database that went back in time, before people work in it.

What was erased since the moment of the backup is there again, and must go at once (个人信息保护法第四十七条). Rooms
above announce theirs in `AppConfig.ready`; this room knows none of them.
"""

from collections.abc import Callable
from datetime import datetime

# Does it, and says what was done; empty where there was nothing to do.
Step = Callable[[datetime], str]
_steps: list[Step] = []


def register(step: Step) -> None:
    """Announce what is to be done after every restore."""
    if step not in _steps:
        _steps.append(step)


def everything(at: datetime) -> list[str]:
    """Do it all; what was done, as sentences."""
    return [said for step in _steps if (said := step(at))]
