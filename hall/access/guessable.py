"""Passwords that are guessed first: words of this place, and what leaked elsewhere (ASVS 6.1.2, 6.2.11, 6.2.12).

The words: what every hall is called, the names of this installation and of its organiser, its regions in characters and
as they are typed, and what `HALL_PASSWORD_WORDS` adds. The leaked ones: a file of SHA-1 digests in their order, as
Have I Been Pwned offers it, named by `HALL_BREACHED_PASSWORDS`; no service is asked, for a hall may have no way out.
"""

import hashlib
import io
import logging
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from hall.organisation.models import Region
from hall.organisation.queries import installation

logger = logging.getLogger(__name__)
EVERYWHERE: Final = (
    "政务", "政府", "审批局", "办事大厅", "服务中心",
    "zhengwu", "zhengfu", "shenpiju", "banshidating", "fuwuzhongxin",
)  # fmt: skip
# Shorter ones stand in many passwords by chance.
SHORTEST_TYPED: Final = 5
_KINDS_OF_PLACES: Final = {
    "省": "sheng", "市": "shi", "区": "qu", "县": "xian", "旗": "qi", "盟": "meng", "州": "zhou", "镇": "zhen",
    "乡": "xiang",
}  # fmt: skip
_DIGEST: Final = 40


def words() -> frozenset[str]:
    """Everything a password of this installation may not contain, in lower case."""
    house = installation()
    ours = Region.objects.filter(centers__isnull=False, stub=False).distinct()
    regions = [spelling for pair in ours.values_list("name", "pinyin") for spelling in _bare(*pair)]
    given = (*EVERYWHERE, house.name, house.organiser, *regions, *settings.PASSWORD_WORDS)
    return frozenset(word.lower() for word in given if len(word) >= (SHORTEST_TYPED if word.isascii() else 2))


def _bare(name: str, typed: str) -> tuple[str, str]:
    """海港 and haigang of 海港区: people leave the kind of place away."""
    kind = name[-1:]
    if len(name) < 3 or kind not in _KINDS_OF_PLACES:
        return name, typed
    return name[:-1], typed.removesuffix(_KINDS_OF_PLACES[kind])


def is_local(password: str) -> bool:
    """Whether a word of this place is part of it."""
    typed = password.lower()
    return any(word in typed for word in words())


def is_breached(password: str) -> bool:
    """Whether it stands in the file of leaked passwords; never where the hall keeps no such file."""
    if not settings.BREACHED_PASSWORDS:
        return False
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        with Path(settings.BREACHED_PASSWORDS).open("rb") as file:
            return _stands_in(file, digest.encode())
    except OSError:
        logger.exception("the file of leaked passwords cannot be read")
        return False


def _stands_in(file: BinaryIO, digest: bytes) -> bool:
    """Look for a line that begins with the digest, by halves: the whole file has forty gigabytes."""
    low, high = 0, file.seek(0, io.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        found = _line_from(file, middle)
        if found and found < digest:
            low = middle + 1
        else:
            high = middle
    return _line_from(file, low) == digest


def _line_from(file: BinaryIO, place: int) -> bytes:
    """The digest of the first line that begins at this place or behind it; empty at the end."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()
    return file.readline()[:_DIGEST].upper()
