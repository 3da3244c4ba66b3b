"""Is this number possible? Checks of identity documents and phones; every refusal is a sentence for the window.

Sources: GB 11643-1999 (citizen identification number), 港澳台居民居住证申领发放办法 art. 8 (810000/820000/830000),
the 2023 form of 外国人永久居留身份证 (18 characters beginning with 9) and its former 15-character form,
GB 32100-2015 (unified social credit code).
"""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from stdnum.cn import uscc

from hall.privacy.canonical import MOBILE, canonical_identity, canonical_phone, identity_check_character
from hall.privacy.enums import IdentityKind

_PROVINCES = frozenset(re.findall("..", "1112131415212223313233343536374142434445465051525354616263646571"))
_HMT_AREAS = frozenset({"810000", "820000", "830000"})
_OLDEST_YEARS = 150
# Registering authorities of GB 32100-2015 table 1 and its later additions; N registers rural collectives.
_USCC = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY]\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_FORMER_PERMANENT = re.compile(r"[A-Z]{3}\d{12}", re.ASCII)
_PASSPORT = re.compile(r"[A-Z0-9]{5,12}", re.ASCII)


def check_identity(kind: str, number: str, *, today: date | None = None) -> str:
    """Return the canonical number, or raise ValidationError with a sentence naming what is wrong.

    `today` bounds the date of birth; forms may leave it out and get the Beijing day of now.
    """
    typed = canonical_identity(number)
    if not typed:
        raise ValidationError("请填写证件号码。", code="required")
    check = {
        IdentityKind.RESIDENT: _check_resident,
        IdentityKind.HMT: _check_hmt,
        IdentityKind.FOREIGN_PERMANENT: _check_foreign_permanent,
        IdentityKind.PASSPORT: _check_passport,
        IdentityKind.USCC: _check_uscc,
    }.get(IdentityKind(kind) if kind in IdentityKind.values else None)  # type: ignore[arg-type]
    if check is None:
        raise ValidationError("请选择证件类型。", code="kind")
    if kind == IdentityKind.RESIDENT and len(re.sub(r"\D", "", number)) == 15 and len(typed) == 18:
        raise ValidationError("15位的旧身份证号码已停用，请填写现行身份证上的18位号码。", code="superseded")
    check(typed, today or timezone.localdate())
    return typed


def check_phone(number: str, *, mobile_only: bool = False) -> str:
    """Return the canonical mobile, landline, 400/800 or foreign number, or raise ValidationError."""
    phone = canonical_phone(number)
    if MOBILE.fullmatch(phone):
        return phone
    if mobile_only:
        raise ValidationError("请填写11位手机号码，以13至19开头。", code="mobile")
    if re.fullmatch(r"0\d{2,3}-[2-9]\d{6,7}(-\d{1,6})?|[48]00\d{7}|\+(?!86)[1-9]\d{6,14}", phone, re.ASCII):
        return phone
    if re.fullmatch(r"1\d*", phone) and len(phone) != 11:
        raise ValidationError(f"手机号码应为11位，现在是{len(phone)}位。", code="mobile_length")
    if re.fullmatch(r"[2-9]\d{6,7}", phone):
        raise ValidationError("固定电话前请加区号，例如0335-3602345。", code="area_code")
    raise ValidationError("请填写11位手机号码，或带区号的固定电话，例如0335-3602345。", code="phone")


def _check_resident(number: str, today: date) -> None:
    _check_eighteen(number, "身份证号码")
    if number[:6] in _HMT_AREAS:
        raise ValidationError("这是港澳台居民居住证的号码，请把证件类型改为“港澳台居民居住证”。", code="other_kind")
    if number[0] == "9":
        raise ValidationError(
            "这是外国人永久居留身份证的号码，请把证件类型改为“外国人永久居留身份证”。", code="other_kind"
        )
    if number[:2] not in _PROVINCES:
        raise ValidationError(f"身份证号码前两位“{number[:2]}”不是省级地区代码，请核对。", code="area")
    _check_birth(number[6:14], today)
    _check_character(number, "身份证号码")


def _check_hmt(number: str, today: date) -> None:
    _check_eighteen(number, "居住证号码")
    if number[:6] not in _HMT_AREAS:
        raise ValidationError(
            "港澳台居民居住证号码应以810000（香港）、820000（澳门）或830000（台湾）开头。", code="area"
        )
    _check_birth(number[6:14], today)
    _check_character(number, "居住证号码")


def _check_foreign_permanent(number: str, today: date) -> None:
    if _FORMER_PERMANENT.fullmatch(number):
        _check_short_birth(number[7:13])
        return
    if len(number) == 15:
        raise ValidationError("15位的永久居留证号码应为3个字母加12个数字，请核对。", code="format")
    _check_eighteen(number, "永久居留身份证号码")
    if number[0] != "9":
        raise ValidationError("18位的外国人永久居留身份证号码应以9开头，请核对。", code="area")
    _check_birth(number[6:14], today)
    _check_character(number, "永久居留身份证号码")


def _check_passport(number: str, _today: date) -> None:
    if not _PASSPORT.fullmatch(number) or not re.search(r"\d", number):
        raise ValidationError("护照号码应为5至12位字母和数字，请按护照资料页填写。", code="format")


def _check_uscc(number: str, _today: date) -> None:
    if len(number) != 18:
        raise ValidationError(f"统一社会信用代码应为18位，现在是{len(number)}位。", code="length")
    # python-stdnum insists on a digit in front and so refuses rural collectives (N…); only its check character is used.
    if not _USCC.fullmatch(number):
        raise ValidationError("统一社会信用代码只含数字和大写字母，且没有I、O、S、V、Z，请核对。", code="format")
    if uscc.calc_check_digit(number[:17]) != number[17]:
        raise ValidationError("统一社会信用代码最后一位与前17位对不上，请逐位核对。", code="checksum")


def _check_eighteen(number: str, what: str) -> None:
    if len(number) != 18:
        raise ValidationError(f"{what}应为18位，现在是{len(number)}位。", code="length")
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        raise ValidationError(f"{what}前17位应为数字，最后一位为数字或X。", code="format")


def _check_character(number: str, what: str) -> None:
    if identity_check_character(number[:17]) != number[17]:
        raise ValidationError(f"{what}最后一位与前17位对不上，请逐位核对。", code="checksum")


def _check_birth(digits: str, today: date) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValidationError(f"号码中的出生日期“{digits}”不是一个日期，请核对第7至14位。", code="birth") from None
    if born > today:
        raise ValidationError(f"号码中的出生日期“{digits}”在今天之后，请核对第7至14位。", code="birth")
    if born.year < today.year - _OLDEST_YEARS:
        raise ValidationError(f"号码中的出生日期“{digits}”早于{_OLDEST_YEARS}年前，请核对第7至14位。", code="birth")


def _check_short_birth(digits: str) -> None:
    try:
        date(2000 + int(digits[:2]) % 100, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        # 29 February of a year that is leap in one century only
        if digits[2:] != "0229":
            raise ValidationError(f"号码中的出生日期“{digits}”不是一个日期，请核对第8至13位。", code="birth") from None
