"""What was charged, written down at the window. It changes no state; what is too much is for supervision to see."""

from datetime import datetime
from decimal import Decimal

from approvals.cases import door
from approvals.cases.models import Case, FeeCharged
from approvals.catalogue.models import FeeItem
from hall.access.models import User
from hall.facts.errors import Refused


def charge_fee(
    case: Case,
    *,
    by: User,
    at: datetime,
    amount: Decimal,
    receipt_number: str,
    fee_item: FeeItem | None = None,
    reduction: str = "",
    seen: int | None = None,
) -> FeeCharged:
    """Record one payment in yuan. More than the item lists is recorded too: the fact must not depend on the form.

    Raises Refused for a fee of another item, less than the listed minimum without a reason, or a receipt used before.
    """
    with door.opened(case, "charge_fee", by=by, at=at, seen=seen) as move:
        if fee_item is not None and fee_item.version_id != move.case.version_filed_id:
            raise Refused("请从这个事项的收费项目里选一项。", field="fee_item")
        if amount < 0:
            raise Refused("金额不能是负数。", field="amount")
        if not receipt_number.strip():
            raise Refused("请填写票据号。", field="receipt_number")
        least = fee_item.amount if fee_item is not None else None
        if least is not None and amount < least and not reduction.strip():
            raise Refused(f"低于标准 {least} 元的，请写明减免理由。", field="reduction")
        if move.case.fees.filter(receipt_number=receipt_number.strip()).exists():
            raise Refused("这张票据已经登记过了。", field="receipt_number")
        row = FeeCharged.objects.create(
            case=move.case, fee_item=fee_item, amount=amount, reduction=reduction.strip(),
            receipt_number=receipt_number.strip(), charged_at=move.at, by=by,
        )  # fmt: skip
        move.say(amount=str(amount), fee=fee_item.name if fee_item else "")
    return row
