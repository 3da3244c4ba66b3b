"""Texts staff write about what they saw: shown widely, so nobody's number may stand in them (law 13)."""

from hall.facts.errors import Refused
from hall.privacy.detector import personal_kinds

_WORDS = {"identity": "证件号", "mobile": "手机号", "card": "银行卡号"}


def checked(text: str, field: str) -> str:
    """The text, unless somebody's number stands in it. Raises Refused at `field`."""
    found = personal_kinds(text)
    if found:
        words = "、".join(_WORDS[kind] for kind in sorted(found))
        raise Refused(f"这里不能写办事人的{words}，请删去后再保存。", field=field)
    return text
