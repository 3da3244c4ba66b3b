"""What a new version takes away from people's trouble, or adds to it: 减环节、减材料、减时限. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from hall.workdays.terms import Limit


@dataclass(frozen=True, slots=True)
class Outline:
    """The three lists of a version that are compared."""

    steps: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    promise: Limit | None = None
    statute: Limit | None = None
    visits: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the comparison. `better` is None where more or less cannot be told from the change."""

    subject: str
    before: str
    after: str
    better: bool | None
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def compare(old: Outline, new: Outline) -> tuple[Change, ...]:
    """The changes from `old` to `new`; empty where the three are the same."""
    changes = (
        _listed("环节", "个", old.steps, new.steps),
        _listed("材料", "份", old.materials, new.materials),
        _limited("承诺时限", old.promise, new.promise),
        _limited("法定时限", old.statute, new.statute),
        _said("到现场次数", old.visits, new.visits),
    )
    return tuple(change for change in changes if change is not None)


def headline(changes: Iterable[Change]) -> str:
    """One sentence such as "减环节 2 个，减材料 1 份，承诺时限由 20 个工作日减到 10 个工作日"."""
    return "，".join(_phrase(change) for change in changes)


def _phrase(change: Change) -> str:
    if change.gone or change.added:
        unit = change.before.rsplit(" ", 1)[-1]
        parts = [f"减{change.subject} {len(change.gone)} {unit}"] if change.gone else []
        parts += [f"增{change.subject} {len(change.added)} {unit}"] if change.added else []
        return "，".join(parts)
    verb = {True: "减到", False: "增到", None: "改为"}[change.better]
    return f"{change.subject}由{change.before}{verb}{change.after}"


def _listed(subject: str, unit: str, old: tuple[str, ...], new: tuple[str, ...]) -> Change | None:
    gone = tuple(name for name in old if name not in new)
    added = tuple(name for name in new if name not in old)
    if not gone and not added:
        return None
    better = len(new) < len(old) if len(new) != len(old) else None
    return Change(subject, f"{len(old)} {unit}", f"{len(new)} {unit}", better, gone, added)


def _limited(subject: str, old: Limit | None, new: Limit | None) -> Change | None:
    if old == new:
        return None
    comparable = old is not None and new is not None and (old.unit == new.unit or 0 in (old.count, new.count))
    better = new.count < old.count if comparable and old and new else None
    return Change(subject, _words(old), _words(new), better)


def _said(subject: str, old: str, new: str) -> Change | None:
    return Change(subject, old, new, None) if old != new else None


def _words(limit: Limit | None) -> str:
    return "没有规定" if limit is None else str(limit)
