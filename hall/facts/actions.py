"""The door for setting numbers: a value is added from a day on, never edited and never taken away."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hall.access.models import User
from hall.facts import rules
from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.facts.parameters import Key
from hall.ledger import actions as ledger
from hall.organisation.models import Center
from hall.privacy.detector import personal_kinds


def add(
    *, key: Key, center: Center | None, value: int, source: str, effective_from: date, by: User, at: datetime
) -> Setting:
    """Add a dated value with its source, for one center or for all.

    Raises NotPermitted; Refused for a value without sense, a day that is over (what was in force then stays), a day
    that has a value already, or a source that is none.
    """
    if not rules.sets_for(by, center):
        raise NotPermitted("全部中心的参数由最上级中心的系统管理员设定，一个中心的由本中心或上级中心的设定。")
    _check(key, value, source.strip(), effective_from, timezone.localdate(at))
    try:
        with transaction.atomic():
            row = Setting.objects.create(
                key=key.name, center=center, value=value, source=source.strip(), effective_from=effective_from,
                added_by=by, added_at=at,
            )  # fmt: skip
            data = {
                "key": key.name, "value": value, "from": effective_from.isoformat(), "source": row.source,
                "center": center.code if center else "",
            }  # fmt: skip
            code = center.code if center else (by.staff.center.code if by.staff else "")
            ledger.append(docket="", kind="facts.setting", center_code=code, actor=by, occurred_at=at, data=data)
    except IntegrityError as error:
        if "setting_once_a_day" not in str(error):
            raise
        raise Refused("这一天已经设过这个参数，请换一个施行日期。", field="effective_from") from error
    return row


def _check(key: Key, value: int, source: str, effective_from: date, today: date) -> None:
    if not key.least <= value <= key.most:
        raise Refused(f"{key.label}要在 {key.least} 到 {key.most} 之间。", field="value")
    if effective_from < today:
        raise Refused("施行日期不能早于今天：过去按什么办的，要能查到。", field="effective_from")
    if not source:
        raise Refused("请写明依据：文件名称、文号和条款。", field="source")
    if personal_kinds(source):
        raise Refused("依据里不能写个人的证件号和电话。", field="source")
