"""Drafting, changing, switching on and off the versions of rules."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.facts import parameters, sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import midnight
from hall.ledger import actions as ledger
from hall.supervision import rules
from hall.supervision.enums import VersionStatus
from hall.supervision.models import RuleVersion, SuperviseRule, TrialLine

GROUND_DAYS: Final = "supervision.ground_days"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a draft says. `options` are whole numbers, one for each threshold of the source."""

    colour: str
    feedback_days: int
    feedback_source: str
    reason: str
    basis: str
    options: Mapping[str, int]


def draft(rule: SuperviseRule, *, by: User, at: datetime) -> RuleVersion:
    """The center's draft of a rule: the one there is, or a new one from the version in force or the template."""
    if not has_right(by, "supervision.rules"):
        raise NotPermitted("规则由督查人员起草。")
    home = rules.home_of(by)
    with transaction.atomic():
        SuperviseRule.objects.select_for_update().get(pk=rule.pk)
        versions = RuleVersion.objects.filter(rule=rule)
        own = versions.filter(_of(home))
        begun = own.filter(status=VersionStatus.DRAFT).first()
        if begun is not None:
            return begun
        model = own.order_by("-number").first() or versions.get(status=VersionStatus.TEMPLATE)
        made = RuleVersion(
            rule=rule,
            number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            center_id=home,
            colour=model.colour,
            options=model.options,
            feedback_days=model.feedback_days,
            feedback_source=model.feedback_source,
            reason=model.reason,
            basis=model.basis,
            drafted_by=by,
            drafted_at=at,
        )
        made.save(force_insert=True)
        _log(made, "supervision.rule_drafted", by=by, at=at)
    return made


def save_draft(version: RuleVersion, wording: Wording, *, by: User, at: datetime) -> RuleVersion:
    """Change a draft. Raises Refused where it is no draft any more or a threshold makes no sense."""
    with transaction.atomic():
        locked = _lock(version, by)
        _require_draft(locked)
        _check_options(locked.rule, wording.options)
        for name, value in asdict(wording).items():
            setattr(locked, name, value)
        locked.save(update_fields=list(asdict(wording)))
        _log(locked, "supervision.rule_changed", by=by, at=at)
    return locked


def discard(version: RuleVersion, *, by: User, at: datetime) -> None:
    """Throw a draft away, with its trials."""
    with transaction.atomic():
        locked = _lock(version, by)
        _require_draft(locked)
        _log(locked, "supervision.rule_discarded", by=by, at=at)
        locked.delete()


def switch_on(version: RuleVersion, *, applies_from: date, by: User, at: datetime) -> RuleVersion:
    """From now on facts of `applies_from` and later raise cards. The version that was on is replaced from that day.

    Raises Refused where this very wording was not tried on the past, or the source is not announced.
    """
    with transaction.atomic():
        locked = _lock(version, by)
        _require_draft(locked)
        if not sources.known(locked.rule.source):
            raise Refused(f"事实来源“{locked.rule.source}”还没有接入，不能启用。")
        if not tried(locked):
            raise Refused("启用前要先用过去的数据试算；改过颜色或阈值的，要重新试算。")
        _refuse_far(applies_from, at)
        previous = _in_force(locked)
        if previous is not None:
            _replace(previous, applies_from)
        locked.status, locked.applies_from = VersionStatus.ON, applies_from
        locked.enabled_by, locked.enabled_at = by, at
        # Facts are recorded on their day or later, so the mark begins with that day.
        locked.watched_until = midnight(applies_from)
        locked.save(update_fields=["status", "applies_from", "enabled_by", "enabled_at", "watched_until"])
        _log(locked, "supervision.rule_on", by=by, at=at, applies_from=applies_from.isoformat())
    return locked


def switch_off(version: RuleVersion, *, by: User, at: datetime) -> RuleVersion:
    """No card is raised any more, also on what happened before; cards that were raised stay."""
    with transaction.atomic():
        locked = _lock(version, by)
        if locked.status != VersionStatus.ON:
            raise Refused("这个版本没有启用。")
        locked.status, locked.stopped_by, locked.stopped_at = VersionStatus.OFF, by, at
        locked.applies_until = max(timezone.localdate(at), locked.applies_from or date.min)
        locked.save(update_fields=["status", "stopped_by", "stopped_at", "applies_until"])
        _log(locked, "supervision.rule_off", by=by, at=at)
    return locked


def tried(version: RuleVersion) -> bool:
    """Whether the version was tried as it is worded now."""
    lines = TrialLine.objects.filter(version=version, colour=version.colour, options=version.options)
    return lines.exists()


def _refuse_far(applies_from: date, at: datetime) -> None:
    """Further back than grounds are reviewed no card could be kept right."""
    today = timezone.localdate(at)
    days = parameters.whole_number(GROUND_DAYS, center=None, on=today)
    if abs((applies_from - today).days) > days:
        raise Refused(f"施行日期要在今天前后 {days} 天以内。", field="applies_from")


def _lock(version: RuleVersion, by: User) -> RuleVersion:
    SuperviseRule.objects.select_for_update().get(pk=version.rule_id)
    locked = RuleVersion.objects.filter(pk=version.pk).select_related("rule", "center").first()
    if locked is None:
        raise Refused("这份草稿已被删去。")
    if not rules.may_edit.test(by, locked):
        raise NotPermitted("规则由本中心的督查人员起草、启用和停用。")
    return locked


def _require_draft(version: RuleVersion) -> None:
    if version.status != VersionStatus.DRAFT:
        status = VersionStatus(version.status).label
        raise Refused(f"这个版本是“{status}”，不能再改；请起草新的版本。")


def _check_options(rule: SuperviseRule, options: Mapping[str, int]) -> None:
    if not sources.known(rule.source):
        return
    for option in sources.source_of(rule.source).options:
        value = options.get(option.name, option.default)
        if not option.least <= value <= option.most:
            sentence = f"{option.label}应在 {option.least} 到 {option.most} {option.unit}之间。"
            raise Refused(sentence, field=f"option_{option.name}")


def _in_force(version: RuleVersion) -> RuleVersion | None:
    on = RuleVersion.objects.filter(_of(version.center_id), rule=version.rule, status=VersionStatus.ON)
    return on.first()


def _of(center: int | None) -> Q:
    """Versions of one center, or those that hold everywhere."""
    return Q(center__isnull=True) if center is None else Q(center_id=center)


def _replace(previous: RuleVersion, applies_from: date) -> None:
    begun = previous.applies_from
    if begun is not None and applies_from < begun:
        raise Refused(f"施行日期不能早于现行版本的 {begun.isoformat()}。", field="applies_from")
    previous.status, previous.applies_until = VersionStatus.SUPERSEDED, applies_from
    previous.save(update_fields=["status", "applies_until"])


def _log(version: RuleVersion, kind: str, *, by: User, at: datetime, **data: str) -> None:
    ledger.append(
        docket="",
        kind=kind,
        center_code=version.center.code if version.center else "",
        actor=by,
        occurred_at=at,
        data={"rule": version.rule.name, "number": version.number, **data},
    )
