"""Bulletins: freeze figures, edit the text, have a second person publish, withdraw with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.conduct import rules
from hall.conduct.bulletin_page import is_small, smallest_group
from hall.conduct.enums import BulletinState
from hall.conduct.models import Bulletin
from hall.conduct.transitions import BULLETIN, allowed, target
from hall.facts import indicators
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import Period
from hall.facts.slices import Slice
from hall.ledger import actions as ledger
from hall.organisation.models import Center
from hall.organisation.queries import subtree
from hall.outbox import actions as outbox
from hall.supervision.impersonal import checked

_MARK = "通报"


def freeze(*, center: Center, period: Period, codes: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    """The rows of figures as of `at`, each with its definition, what it leaves out and its source (law 11).

    The centers below are counted in: a bulletin speaks of the whole house. Raises UnknownIndicator.
    """
    part = Slice(period, frozenset(subtree(center.pk).values_list("pk", flat=True)))
    return [_row(indicators.indicator_of(code), part, at) for code in codes]


def _row(indicator: indicators.Indicator, part: Slice, at: datetime) -> dict[str, Any]:
    figure = indicator.figure(part, at)
    return {
        "code": indicator.code,
        "label": indicator.label,
        "definition": indicator.definition,
        "excludes": indicator.excludes,
        "source": indicator.source,
        "unit": str(indicator.unit),
        "text": figure.text,
        "value": figure.value,
        "numerator": None if figure.missing else figure.numerator,
        "denominator": figure.denominator,
        "numerator_label": indicator.numerator_label,
        "denominator_label": indicator.denominator_label,
        "missing": figure.missing,
    }


def first_text(
    *, center: Center, period: Period, figures: Sequence[dict[str, Any]], at: datetime, least: int = 0
) -> str:
    """What the editor begins with: one sentence a figure, with numerator and denominator, and what has no number.

    Shares of fewer than `least` cases are left out.
    """
    day = timezone.localtime(at)
    lines = [f"现将{center.name}{period.label}有关情况通报如下（数字截至 {day:%Y-%m-%d %H:%M}）。"]
    for number, row in enumerate(figures, start=1):
        lines.append(f"{number}. {row['label']}：{_said(row, least)}")
    return "\n".join(lines)


def _said(row: dict[str, Any], least: int) -> str:
    if row["missing"]:
        return f"暂无数据（{row['missing']}）。"
    if row["denominator"] is None:
        return f"{row['text']}。"
    if is_small(row, least):
        return f"样本不足 {least} 件，不公开比例。"
    return f"{row['text']}（{row['numerator']:,} / {row['denominator']:,}）。"


@transaction.atomic
def draft(
    *, center: Center, audience: str, period: Period, title: str, codes: Sequence[str], by: User, at: datetime
) -> Bulletin:
    """Begin a bulletin with figures frozen now. Raises NotPermitted, Refused."""
    if not (has_right(by, "bulletins.write") and rules.in_center(by, center.pk)):
        raise NotPermitted("只能为您督查的中心起草通报。")
    if not codes:
        raise Refused("请至少选一个指标。", field="codes")
    if period.first > timezone.localdate(at):
        raise Refused("这个时段还没有开始，没有数字可以通报。", field="period")
    figures = freeze(center=center, period=period, codes=codes, at=at)
    least = smallest_group(audience, center, at)
    row = Bulletin.objects.create(
        center=center, audience=audience, period=period.code, title=checked(title.strip(), "title"), figures=figures,
        body=first_text(center=center, period=period, figures=figures, at=at, least=least), frozen_at=at, drafted_at=at,
        drafted_by=by,
    )  # fmt: skip
    _tell("bulletin.drafted", row, by=by, at=at, period=period.code, codes=list(codes))
    return row


@transaction.atomic
def edit(*, bulletin: Bulletin, title: str, body: str, audience: str, by: User, at: datetime) -> Bulletin:
    """Change title, text and audience of one's own draft; the figures stay frozen."""
    row = _locked(bulletin.pk)
    _own_draft(row, by)
    row.title, row.body = checked(title.strip(), "title"), checked(body.strip(), "body")
    row.audience = audience
    row.save(update_fields=["title", "body", "audience"])
    _tell("bulletin.edited", row, by=by, at=at)
    return row


@transaction.atomic
def submit(*, bulletin: Bulletin, by: User, at: datetime) -> Bulletin:
    """Hand one's own draft to a second person."""
    row = _locked(bulletin.pk)
    _own_draft(row, by)
    if not row.body:
        raise Refused("正文是空的，请先写好正文。", field="body")
    _no_small_group(row)
    row.state, row.return_note = target(BULLETIN, "submit"), ""
    row.save(update_fields=["state", "return_note"])
    _tell("bulletin.submitted", row, by=by, at=at)
    return row


@transaction.atomic
def send_back(*, bulletin: Bulletin, note: str, by: User, at: datetime) -> Bulletin:
    """The second person returns it to its author with what is to be changed."""
    row = _locked(bulletin.pk)
    _second_person(row, by)
    if not note.strip():
        raise Refused("请写明要改什么。", field="note")
    row.state, row.return_note = target(BULLETIN, "return"), checked(note.strip(), "note")
    row.save(update_fields=["state", "return_note"])
    _tell("bulletin.returned", row, by=by, at=at)
    _write_author(row, "staff_bulletin_returned", at)
    return row


@transaction.atomic
def publish(*, bulletin: Bulletin, by: User, at: datetime) -> Bulletin:
    """The second person publishes: it gets its number and never changes again (trigger of the database)."""
    row = _locked(bulletin.pk)
    _second_person(row, by)
    year = timezone.localdate(at).year
    number = ledger.next_document_no(center=row.center.code, mark=_MARK, year=year)
    row.year, row.serial = year, int(number.rsplit("-", 1)[1])
    row.state, row.published_at, row.published_by = target(BULLETIN, "publish"), at, by
    row.save(update_fields=["year", "serial", "state", "published_at", "published_by"])
    _tell("bulletin.published", row, by=by, at=at, number=row.number, audience=row.audience)
    _write_author(row, "staff_bulletin_published", at)
    return row


@transaction.atomic
def withdraw(*, bulletin: Bulletin, reason: str, by: User, at: datetime) -> Bulletin:
    """Take a published one back: it stays readable under its number, with the reason on top."""
    row = _locked(bulletin.pk)
    if not (has_right(by, "bulletins.write") and rules.in_center(by, row.center_id)):
        raise NotPermitted("撤回通报需要“起草和发布通报”的权限。")
    if not rules.may_withdraw_bulletin(by, row):
        raise Refused("只有已发布的通报才能撤回。")
    if not reason.strip():
        raise Refused("请写明撤回的原因，它会和通报一起显示。", field="reason")
    row.state, row.withdrawal = target(BULLETIN, "withdraw"), checked(reason.strip(), "reason")
    row.withdrawn_at, row.withdrawn_by = at, by
    row.save(update_fields=["state", "withdrawal", "withdrawn_at", "withdrawn_by"])
    _tell("bulletin.withdrawn", row, by=by, at=at, number=row.number)
    return row


def _no_small_group(row: Bulletin) -> None:
    """What the table hides from the public, the text may not tell."""
    least = smallest_group(row.audience, row.center, row.frozen_at)
    for figure in row.figures:
        fraction = f"{figure['numerator']:,} / {figure['denominator']:,}" if is_small(figure, least) else ""
        if fraction and fraction in row.body:
            raise Refused(
                f"正文写出了“{figure['label']}”的 {fraction}，样本不足 {least} 件，不能公开。请删去，或改为内部。",
                field="body",
            )


def _own_draft(row: Bulletin, by: User) -> None:
    if not (has_right(by, "bulletins.write") and row.drafted_by_id == by.pk and rules.in_center(by, row.center_id)):
        raise NotPermitted("草稿由起草的人修改。")
    if not allowed(BULLETIN, "edit", row.state):
        raise Refused(f"这期通报{row.get_state_display()}，不能再改。")


def _second_person(row: Bulletin, by: User) -> None:
    if row.drafted_by_id == by.pk:
        raise NotPermitted("起草的人不能审核自己的通报，请另一位督查人员审核。")
    if not (has_right(by, "bulletins.write") and rules.in_center(by, row.center_id)):
        raise NotPermitted("审核通报需要“起草和发布通报”的权限。")
    if row.state != BulletinState.SUBMITTED:
        raise Refused(f"这期通报是“{row.get_state_display()}”，不在待审核。")


def _locked(pk: UUID) -> Bulletin:
    rows = Bulletin.objects.select_related("center", "drafted_by")
    return rows.select_for_update(of=("self",)).get(pk=pk)


def _write_author(row: Bulletin, template: str, at: datetime) -> None:
    if row.drafted_by.staff_id is None:
        return
    outbox.enqueue(
        docket="", channel="inbox", template=template, recipient_kind="staff",
        recipient_ref=str(row.drafted_by.staff_id), dedupe_key=f"{template}:{row.pk}:{at.isoformat()}",
        available_at=at, context={"title": row.title, "number": row.number},
    )  # fmt: skip


def _tell(kind: str, row: Bulletin, *, by: User, at: datetime, **data: object) -> None:
    facts = {"bulletin": str(row.pk), **data}
    ledger.append(docket="", kind=kind, center_code=row.center.code, actor=by, occurred_at=at, data=facts)
