"""Honours beside a pledge board. Rooms above this one say what a window may be proud of; no names of people."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hall.organisation.models import Window


@dataclass(frozen=True, slots=True)
class Badge:
    """One honour in a word, and the period or post it is for."""

    label: str
    detail: str


Teller = Callable[[Window, date], list[Badge]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Ask `teller` for the badges of a window; again changes nothing. Called from AppConfig.ready."""
    if teller not in _tellers:
        _tellers.append(teller)


def badges_of(window: Window, on: date) -> list[Badge]:
    """Everything a window may be proud of on a day."""
    return [badge for teller in _tellers for badge in teller(window, on)]
