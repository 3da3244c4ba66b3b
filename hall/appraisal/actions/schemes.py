"""Write rules, put them in force, replace them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from hall.access.models import User
from hall.appraisal import rules
from hall.appraisal.actions.telling import event
from hall.appraisal.enums import LineKind, SchemeState, Start
from hall.appraisal.models import Line, SchemeVersion
from hall.facts import indicators, sources
from hall.facts.errors import NotPermitted, Refused
from hall.organisation.models import Center

WHOLE = 100
_COPIED = (
    "position", "name", "kind", "start", "bonus", "weight", "source", "per_fact", "cap", "options", "indicator",
    "scale", "ascending", "note",
)  # fmt: skip


@transaction.atomic
def draft_from(version: SchemeVersion, *, center: Center, by: User, at: datetime) -> SchemeVersion:
    """A draft of the center that says what another version says: a model scheme, or the one in force."""
    if not rules.may_write_scheme(by, center.pk):
        raise NotPermitted("您不能起草这个中心的考核细则。")
    Center.objects.select_for_update().get(pk=center.pk)  # one numbering at a time
    family = SchemeVersion.objects.filter(center=center, subject=version.subject, rhythm=version.rhythm)
    if family.filter(state=SchemeState.DRAFT).exists():
        raise Refused("这类对象这个周期已有一份草稿，请先改好它。")
    made = SchemeVersion.objects.create(
        center=center, subject=version.subject, rhythm=version.rhythm, name=version.name, source=version.source,
        bonus_cap=version.bonus_cap, number=(family.aggregate(top=Max("number"))["top"] or 0) + 1,
        created_by=by, created_at=at,
    )  # fmt: skip
    copies = [Line(version=made, **{name: getattr(line, name) for name in _COPIED}) for line in version.lines.all()]
    Line.objects.bulk_create(copies)
    return made


@transaction.atomic
def save_draft(
    version: SchemeVersion, *, head: dict[str, Any], lines: Sequence[dict[str, Any]], by: User
) -> SchemeVersion:
    """Write a draft anew, head and lines. What does not add up yet may be saved; it cannot be put in force."""
    held = _draft(version, by)
    for name, value in head.items():
        setattr(held, name, value)
    held.save(update_fields=list(head))
    held.lines.all().delete()
    Line.objects.bulk_create([Line(version=held, position=n, **facts) for n, facts in enumerate(lines, 1)])
    return held


@transaction.atomic
def discard(version: SchemeVersion, *, by: User) -> None:
    """Throw a draft away."""
    _draft(version, by).delete()


@transaction.atomic
def put_on(version: SchemeVersion, *, by: User, at: datetime) -> SchemeVersion:
    """Put a draft in force; what was in force is replaced. Refused, with sentences, while anything is amiss."""
    held = _draft(version, by)
    wrong = amiss(list(held.lines.all()))
    if wrong:
        raise Refused("".join(wrong))
    earlier = SchemeVersion.objects.filter(
        center=held.center, subject=held.subject, rhythm=held.rhythm, state=SchemeState.ON
    )
    for one in earlier.select_for_update():
        one.state, one.superseded_at = SchemeState.SUPERSEDED, at
        one.save(update_fields=["state", "superseded_at"])
    held.state, held.on_at, held.on_by = SchemeState.ON, at, by
    held.save(update_fields=["state", "on_at", "on_by"])
    if held.center is not None:
        event("appraisal.scheme_on", held.center, by=by, at=at, scheme=held.pk, number=held.number)
    return held


def _draft(version: SchemeVersion, by: User) -> SchemeVersion:
    """The row as it is now, locked; only drafts of a center one may write for."""
    held = SchemeVersion.objects.select_for_update(of=("self",)).select_related("center").get(pk=version.pk)
    if not rules.may_write_scheme(by, held.center_id):
        raise NotPermitted("您不能修改这份考核细则。")
    if held.state != SchemeState.DRAFT:
        raise Refused("施行过的细则不能修改，请另起草新版本。")
    return held


def amiss(lines: Sequence[Line]) -> list[str]:
    """What keeps these lines from being put in force, a sentence each."""
    total = sum(line.weight for line in lines if not line.bonus)
    found = [] if total == WHOLE else [f"各项分值合计 {total} 分，应为 {WHOLE} 分。"]
    return [*found, *(f"“{line.name}”：{sentence}" for line in lines for sentence in _amiss(line))]


def _amiss(line: Line) -> list[str]:
    if line.kind == LineKind.FACTS:
        return _amiss_facts(line)
    if line.kind == LineKind.INDICATOR:
        return _amiss_indicator(line)
    return []


def _amiss_facts(line: Line) -> list[str]:
    found = [] if sources.known(line.source) else ["没有这个事实来源。"]
    if line.start == Start.FULL and line.per_fact >= 0:
        found.append("满分起扣的项目，每件分数应为负数。")
    if line.start == Start.ZERO and line.per_fact <= 0:
        found.append("零分起加的项目，每件分数应为正数。")
    return found


def _amiss_indicator(line: Line) -> list[str]:
    known = {one.code for one in indicators.all_indicators()}
    found = [] if line.indicator in known else ["没有这个指标。"]
    best = max((points for _, points in line.scale), default=None)
    if best is None:
        found.append("没有档次。")
    elif best > line.limit:
        found.append(f"最高档 {best} 分，超过本项 {line.limit:g} 分。")
    return found
