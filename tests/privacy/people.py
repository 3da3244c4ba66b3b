"""Two hundred people who do not exist, and what of them must never be found in clear."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hall.privacy.canonical import half_width, identity_check_character

HOW_MANY: Final = 200
# Characters nobody else in the tests is named with, so that a hit is one of ours.
_SURNAMES: Final = "阚郗逄仉爨亓佴竺乜麴"
_GIVEN: Final = "曌燚淼犇骉鑫垚晶磊蘷"
_STREET: Final = "枇杷巷"
_AREA: Final = "632524"  # no docket begins with it


@dataclass(frozen=True, slots=True)
class Planted:
    """Somebody made up."""

    name: str
    identity: str
    phone: str
    address: str

    @property
    def sentence(self) -> str:
        """Everything at once, as people write it into a free text."""
        spaced = f"{self.phone[:3]} {self.phone[3:7]} {self.phone[7:]}"
        return f"我是{self.name}，身份证{self.identity}，电话{self.phone}（{spaced}），住{self.address}。"

    @property
    def numbers(self) -> str:
        """What a detector can know: no name and no street."""
        return f"证号{self.identity}，电话{self.phone}"


def people() -> list[Planted]:
    """The two hundred, always the same."""
    return [_one(number) for number in range(HOW_MANY)]


def _one(number: int) -> Planted:
    name = _SURNAMES[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[(number // 100 + number) % 10]
    born = date(1950, 1, 1) + timedelta(days=number * 97)
    body = f"{_AREA}{born:%Y%m%d}{number:03d}"
    return Planted(
        name,
        body + identity_check_character(body),
        f"1990335{number:04d}",
        f"河北省秦皇岛市海港区{_STREET}{number + 1000}号",
    )


_LIKE_ONE_OF_THEM: Final = re.compile(
    rf"[{_SURNAMES}][{_GIVEN}]{{2}}|{_AREA}\d{{11}}|1990335\d{{4}}|{_STREET}\d{{4}}号", re.ASCII
)
_SPACED: Final = re.compile(r"(?<=\d)[ -](?=\d)")
_ESCAPED: Final = re.compile(r"\\+u([0-9a-f]{4})", re.I)


def found_in(text: str) -> set[str]:
    """What of theirs a text holds, however it is written: full width, in groups, as JSON escapes."""
    if "\\u" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    plain = half_width(text)
    return {*_LIKE_ONE_OF_THEM.findall(plain), *_LIKE_ONE_OF_THEM.findall(_SPACED.sub("", plain))}
