"""A check for fields whose text is kept as it is typed: staff write what they see, and nobody's number (law 13)."""

from django.core.exceptions import ValidationError

from hall.privacy.detector import personal_kinds


def no_numbers(text: str) -> None:
    """Raises ValidationError for an identity number, a mobile number or a bank card."""
    if personal_kinds(text):
        raise ValidationError("这里不要写证件号、手机号或卡号，请删去。", code="personal")
