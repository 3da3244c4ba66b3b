"""What the board on the wall says: each pledge in one sentence, for people who have never heard of indicators."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hall.facts import sources
from hall.facts.indicators import Figure
from hall.facts.slices import Slice
from hall.pledges import board, definitions, figures
from hall.pledges.board import StyleRow
from hall.pledges.enums import Counts, Pledge
from hall.pledges.parts import parts_of

RECEIVED: Final = "complaints.received"


@dataclass(frozen=True, slots=True)
class Promise:
    """One pledge as everybody may read it."""

    pledge: Pledge
    says: str
    definition: str
    excludes: str
    lacking: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The whole board. `few` is true where numbers would point at people: so little was filed, or the month still runs
    and what one day adds could be read from two days' boards.
    """

    promises: list[Promise]
    styles: list[StyleRow]
    few: bool
    small: int


def notice(
    asked: Slice,
    at: datetime,
    *,
    month: str,
    small: int,
    stands: Callable[[], bool] = lambda: True,
    running: bool = False,
) -> Notice:
    """The board of a slice: one query a source. `month` is how the sentences name the period; below `small` cases
    filed, where the number does not stand beside other boards, or while the period runs, only the backlog is told, for
    it speaks of the hall and of nobody who applied.
    """
    found = {pledge: figures.figure(pledge, asked, at) for pledge in Pledge}
    few = running or (found[Pledge.DISTANCE].denominator or 0) < small or not stands()
    silence = f"{month}还没有结束，数字下月公布。" if running else f"{month}办件很少，数字不公布。"
    received = "" if few else _received(asked, month)
    promises = [_promise(pledge, figure, month, silence if few else "", received) for pledge, figure in found.items()]
    return Notice(promises, [] if few else board.styles(asked, lambda *_: ""), few, small)


def _received(asked: Slice, month: str) -> str:
    """The raw number beside the upheld ones."""
    if not sources.known(RECEIVED):
        return ""
    return f"{month}一共收到投诉 {sources.source_of(RECEIVED).count(asked):,} 件。"


def _promise(pledge: Pledge, figure: Figure, month: str, silence: str, received: str) -> Promise:
    words = definitions.WORDS[pledge]
    says = f"暂时没有数。{figure.missing}" if figure.missing else _SENTENCES[pledge](figure, month)
    if silence and pledge != Pledge.BACKLOG:
        says = silence
    elif pledge == Pledge.COMPLAINT and not figure.missing:
        says += received
    return Promise(pledge, says, words.definition, words.excludes, _lacking(pledge))


def _lacking(pledge: Pledge) -> str:
    """What the sentence does not speak of yet, so that nobody reads a nought into it."""
    absent = [part for part in parts_of(pledge) if part.counts == Counts.IN and not part.known]
    return "、".join(part.label for part in absent)


def _error(figure: Figure, month: str) -> str:
    return f"{month}改正差错 {figure.text} 次。" if figure.numerator else f"{month}没有一件办错。"


def _backlog(figure: Figure, _: str) -> str:
    if figure.numerator:
        return f"现在有 {figure.text} 件超过了承诺时限，还在办。"
    return "现在没有超过承诺时限的办件。"


def _shirking(figure: Figure, month: str) -> str:
    if figure.numerator:
        return f"{month}有 {figure.text} 次没有按期接手，或者让人再补一次材料。"
    return f"{month}没有一件互相推，没有一人被要求再补一次材料。"


def _distance(figure: Figure, month: str) -> str:
    if figure.value is None:
        return f"{month}还没有收件。"
    return f"{month}收件 {figure.denominator:,} 件，其中 {figure.numerator:,} 件（{figure.text}）不用两头跑大厅。"


def _complaint(figure: Figure, month: str) -> str:
    return f"{month}查实投诉 {figure.text} 件。" if figure.numerator else f"{month}没有查实的投诉。"


_SENTENCES: Final[dict[Pledge, Callable[[Figure, str], str]]] = {
    Pledge.ERROR: _error,
    Pledge.BACKLOG: _backlog,
    Pledge.SHIRKING: _shirking,
    Pledge.DISTANCE: _distance,
    Pledge.COMPLAINT: _complaint,
}
