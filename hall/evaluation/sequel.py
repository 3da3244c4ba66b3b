"""What the public pages of this room say about what follows a grade; the room that follows fills it.

Registered in AppConfig.ready, beside `given.follow`; giving itself knows nothing of what comes after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from hall.evaluation.models import Evaluation


class Promise(Protocol):
    """The days by which somebody is heard from: `contact` is nothing for who stays anonymous."""

    @property
    def contact(self) -> date | None:
        """The last day to be called."""

    @property
    def rectify(self) -> date:
        """The last day for an answer."""


@dataclass(frozen=True, slots=True)
class Sequel:
    """`promise` is asked right after a bad grade was given; `progress` by docket, when its giver comes back.

    `template` shows what `progress` returns, under the name `progress`. None: there is nothing to be told.
    """

    promise: Callable[[Evaluation, datetime], Promise]
    progress: Callable[[str], object | None]
    template: str


_sequels: list[Sequel] = []


def tell_by(sequel: Sequel) -> None:
    """Let this one speak; it replaces the one before."""
    _sequels[:] = [sequel]


def promised(evaluation: Evaluation, at: datetime) -> Promise | None:
    """What is said with the thanks for a bad grade."""
    return _sequels[0].promise(evaluation, at) if _sequels else None


def told(docket: str) -> dict[str, object]:
    """The context of the second visit: `progress` with its template; empty where nothing may be told."""
    for sequel in _sequels:
        if (progress := sequel.progress(docket)) is not None:
            return {"progress": progress, "progress_template": sequel.template}
    return {}
