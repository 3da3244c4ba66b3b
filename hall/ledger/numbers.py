"""Docket numbers: composed, read back from what people type, shown in groups. Pure.

region 6 + center 4 + Beijing day of filing 8 + serial 5 (the 100,000th of a day widens to 6) + check character
(ISO 7064 MOD 11-2, the one on identity cards). Stored without separators, shown as 130302-0012-20260413-00001-7.
"""

import re
from dataclasses import dataclass
from datetime import date

from hall.privacy.canonical import half_width

SERIAL_WIDTH = 5
LAST_SERIAL = 999_999
_CHECK = "0123456789X"
_SHAPE = re.compile(r"(\d{6})(\d{4})(\d{8})(\d{5,6})([\dX])", re.ASCII)


class InvalidDocket(ValueError):
    """What was typed is no docket number. The message is a Chinese sentence for the person who typed it."""


@dataclass(frozen=True, order=True)
class Docket:
    """A docket number taken apart. Orders by center, day and serial, also across the widening."""

    region: str
    center: str
    day: date
    serial: int

    def __str__(self) -> str:
        digits = f"{self.region}{self.center}{self.day:%Y%m%d}{self.serial:0{SERIAL_WIDTH}d}"
        return digits + check_character(digits)

    @property
    def grouped(self) -> str:
        """As people read it: 130302-0012-20260413-00001-7."""
        text = str(self)
        return "-".join((text[:6], text[6:10], text[10:18], text[18:-1], text[-1]))


def check_character(digits: str) -> str:
    """ISO 7064 MOD 11-2 over digits: `0`-`9` or `X`."""
    product = 0
    for digit in digits:
        product = (product + int(digit)) * 2 % 11
    return _CHECK[(12 - product) % 11]


def compose(*, region6: str, center4: str, on: date, serial: int) -> str:
    """The docket number of the `serial`-th filing of a center on a Beijing day. ValueError on impossible parts."""
    if not re.fullmatch(r"\d{6}", region6, re.ASCII) or not re.fullmatch(r"\d{4}", center4, re.ASCII):
        raise ValueError("a docket number needs a region of 6 and a center of 4 digits")
    if not 1 <= serial <= LAST_SERIAL:
        raise ValueError(f"serial {serial} does not fit a docket number")
    return str(Docket(region6, center4, on, serial))


def parse(text: str) -> Docket:
    """Read what a person typed or scanned: spaces, hyphens, full-width digits, lower-case x. Raises InvalidDocket."""
    compact = re.sub(r"[\s\-_/.]", "", half_width(text[:100])).upper()
    if len(compact) not in (24, 25):
        raise InvalidDocket(f"办件编号应为24位（当日第十万件起为25位），现在是{len(compact)}位。")
    shape = _SHAPE.fullmatch(compact)
    if not shape:
        raise InvalidDocket("办件编号只含数字，最后一位为数字或X，请核对。")
    region, center, day, serial, check = shape.groups()
    if check_character(compact[:-1]) != check:
        raise InvalidDocket("办件编号有误：最后一位与前面的数字对不上，请逐位核对。")
    try:
        docket = Docket(region, center, date(int(day[:4]), int(day[4:6]), int(day[6:])), int(serial))
    except ValueError:
        raise InvalidDocket("办件编号第11至18位应为收件日期，请核对。") from None
    if str(docket) != compact or not docket.serial:
        raise InvalidDocket("办件编号中的顺序号有误，请核对。")
    return docket


def grouped(docket: str) -> str:
    """The grouped form of a stored number; numbers of other systems (存量办件) are shown as they are."""
    try:
        return parse(docket).grouped
    except InvalidDocket:
        return docket


def compose_document_no(*, center: str, mark: str, year: int, serial: int) -> str:
    """The number of an official document: 130302-受-2026-00412. Widens after 99,999."""
    return f"{center}-{mark}-{year}-{serial:05d}"
