"""The numbers of a day, laid end to end: which were given, which are void, and whether one is missing (N01, N05)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from approvals.cases.enums import CaseState
from approvals.cases.models import Case
from hall.ledger import numbers
from hall.ledger.models import DocketCounter


@dataclass(slots=True)
class Sequence:
    """One center's numbers of one Beijing day. `last` is what the counter says was given out."""

    center_code: str
    day: date
    last: int = 0
    serials: Counter[int] = field(default_factory=Counter)
    void: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[int]:
        """Numbers that were given out and belong to no case; must be empty."""
        return [serial for serial in range(1, self.last + 1) if not self.serials[serial]]

    @property
    def beyond(self) -> list[int]:
        """Numbers the counter does not know of; must be empty."""
        return sorted(serial for serial in self.serials if serial > self.last)

    @property
    def sound(self) -> bool:
        """Gapless from 1 and each number once."""
        return not self.missing and not self.beyond and all(count == 1 for count in self.serials.values())


def sequences(*, since: date, until: date) -> Iterator[Sequence]:
    """The sequence of every center and day from `since` to `until`, both included, in order."""
    found = {
        (row.center_code, row.day): Sequence(row.center_code, row.day, row.last)
        for row in DocketCounter.objects.filter(day__gte=since, day__lte=until).order_by("center_code", "day")
    }
    received = Case.objects.filter(received_at__date__gte=since, received_at__date__lte=until)
    for text, state in received.values_list("docket", "state").iterator():
        _enter(found, text, state, since, until)
    # A receipt put right to another day keeps its number: what seems missing is asked for by name.
    lost = [_docket(sequence, serial) for sequence in found.values() for serial in sequence.missing]
    for text, state in Case.objects.filter(docket__in=lost).values_list("docket", "state"):
        _enter(found, text, state, since, until)
    return (found[key] for key in sorted(found))


def _docket(sequence: Sequence, serial: int) -> str:
    code = sequence.center_code
    return numbers.compose(region6=code[:6], center4=code[6:], on=sequence.day, serial=serial)


def _enter(found: dict[tuple[str, date], Sequence], text: str, state: str, since: date, until: date) -> None:
    """Put a number into its sequence; those of other systems are in no sequence of ours."""
    try:
        docket = numbers.parse(text)
    except numbers.InvalidDocket:
        return
    if not since <= docket.day <= until:
        return
    key = (docket.region + docket.center, docket.day)
    sequence = found.setdefault(key, Sequence(*key))
    sequence.serials[docket.serial] += 1
    if state == CaseState.VOIDED:
        sequence.void.append(text)
    elif state == CaseState.WITHDRAWN:
        sequence.withdrawn.append(text)
