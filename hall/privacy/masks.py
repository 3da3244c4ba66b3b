"""The one module that hides personal data on pages, papers and exports (law 13, C41, P09, L07).

Staff pages show enough to tell two people apart; public pages (`public=True`) show no digit that could help to guess
one. All masks of one value are nested: what the public mask shows the staff mask shows too; even together they never
rebuild the value. A mask never returns its input. The number of stars tells the length of a name up to `STARS`, and the
length of an identity number; that much is let out knowingly.
"""

import re
import unicodedata

from hall.privacy.canonical import MOBILE, canonical_identity, canonical_phone, half_width
from hall.privacy.enums import IdentityKind

STARS = 4
HIDDEN = "*" * STARS
_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
        "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
        "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门第五"
        "纳兰",
    )
)
# Province, city and district, each once and in this order: a trade name with 村 or 市 in it must not pass for a place.
_PLACE = re.compile(
    r"^(?:[^省市区县旗盟州]{2,8}(?:省|自治区))?(?:[^省市区县旗盟州]{1,7}(?:自治州|盟|(?<!超)市))?"
    r"(?:[^省市区县旗盟州]{1,10}(?:自治县|自治旗|[县旗]|(?<![小园])区))?"
)
_FORMS = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|公司|农民专业合作社|专业合作社|合作社|合伙企业|事务所|研究院|研究所|"
    r"工作室|经营部|服务部|服务站|门市部|幼儿园|医院|诊所|学校|协会|商会|中心|饭店|餐饮店|餐厅|酒店|商行|商店|超市|药店|店|厂|行|馆|部)"
    r"(?:[（(][^（）()]{1,12}[)）])?$"
)
_DISTRICT = re.compile(r"^(.{0,24}?(?:自治县|自治旗|[县旗]|(?<!自治)(?<!小)(?<!园)区))")


def graphemes(text: str) -> list[str]:
    """What a reader sees as characters: a base with its combining marks, selectors and joined parts."""
    clusters: list[str] = []
    for char in text:
        extends = unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or 0xFE00 <= ord(char) <= 0xFE0F
        if clusters and (extends or clusters[-1].endswith("\u200d")):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def mask_name(name: str, *, public: bool = False) -> str:
    """张三 → 张*, 张小明 → 张*明 (public 张**), 欧阳娜娜 → 欧阳**, 买买提·吐尔逊 → 买**·***, John Smith → J*** ****."""
    words = re.split(r"([\s·•‧・.]+)", half_width(name).strip())
    if len(words) > 1:
        return _mask_words(words) if any(words[::2]) else "*"
    letters = graphemes(words[0])
    if len(letters) < 2:
        return "*" * len(letters)
    if letters[0].isascii():
        return letters[0] + _stars(len(letters) - 1)
    shown = 2 if "".join(letters[:2]) in _COMPOUND_SURNAMES and len(letters) > 2 else 1
    rest = len(letters) - shown
    if shown == 1 and rest >= 2 and not public:
        return letters[0] + _stars(rest - 1) + letters[-1]
    return "".join(letters[:shown]) + _stars(rest)


def mask_organisation(name: str) -> str:
    """秦皇岛市海港区好味餐饮有限公司 → 秦皇岛市海港区**有限公司: place and legal form stay, the trade name goes."""
    text = half_width(name).strip()
    if not text:
        return ""
    head = _PLACE.match(text).group()  # type: ignore[union-attr]  # every part is optional: it always matches
    form = _FORMS.search(text, len(head))
    tail = form.group() if form else ""
    letters = graphemes(text)
    if len(head) + len(tail) >= len(text) or not head + tail:
        return letters[0] + "**" if len(letters) > 1 else "**"
    return f"{head}**{tail}"


def mask_identity(number: str, kind: str = "", *, public: bool = False) -> str:
    """A person's number shows its first and last character, to the public none; a credit code `9113********2K`."""
    text = canonical_identity(number)
    if kind == IdentityKind.USCC and len(text) == 18:
        return f"{text[:2]}{'*' * 8}" if public else f"{text[:4]}{'*' * 8}{text[-2:]}"
    if public or len(text) < 5:
        return "*" * len(text)
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"


def mask_phone(number: str, *, public: bool = False) -> str:
    """138****0921 (public 1**********), 0335-****345; anything else hides all but its last two characters."""
    text = canonical_phone(number)
    if not text:
        return ""
    if MOBILE.fullmatch(text):
        return "1" + "*" * 10 if public else f"{text[:3]}****{text[-4:]}"
    if public:
        return HIDDEN
    area, dash, local = text.partition("-")
    if dash:
        return f"{area}-{HIDDEN}{local.partition('-')[0][-3:]}"
    return HIDDEN + text[-2:] if len(text) > STARS + 2 else HIDDEN


def mask_address(address: str) -> str:
    """Down to the district or county: 河北省秦皇岛市海港区**** . An address without one is hidden whole."""
    text = half_width(address).strip()
    if not text:
        return ""
    district = _DISTRICT.match(text)
    shown = district.group(1) if district and not re.search(r"\d", district.group(1)) else ""
    return shown + HIDDEN


def _mask_words(words: list[str]) -> str:
    """Names of several words keep the first letter of the first one."""
    first = graphemes(words[0])
    masked = [first[0] + _stars(len(first) - 1) if len(first) > 1 else "*" * len(first)]
    for separator, word in zip(words[1::2], words[2::2], strict=True):
        masked += [separator, _stars(len(graphemes(word)))]
    return "".join(masked)


def _stars(hidden: int) -> str:
    return "*" * min(hidden, STARS)
