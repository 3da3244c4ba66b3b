"""Invented applicants. Numbers are synthetic: area 130302, right check characters, and belong to nobody on purpose."""

from datetime import date, timedelta
from random import Random
from typing import Final

from stdnum.cn import uscc

from approvals.cases.actions import PartyFacts
from approvals.cases.enums import PartyKind
from approvals.catalogue.enums import ServiceTarget
from hall.privacy.canonical import identity_check_character
from hall.privacy.enums import IdentityKind

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
GIVEN: Final = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "秀兰",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
    "霞",
    "平",
    "刚",
    "桂英",
    "建华",
    "文",
    "利",
    "红梅",
    "海燕",
    "子轩",
    "雨桐",
    "浩然",
    "梓涵",
    "一诺",
    "思琪",
    "国庆",
    "援朝",
    "玉兰",
    "春生",
    "小满",
    "立冬",
]
# Names that break pages written for two or three Hanzi: dots, compound surnames, rare characters, Latin letters.
UNUSUAL: Final = ("欧阳娜娜", "买买提·吐尔逊", "司马相宜", "陈䶮", "王㛃", "李𬭎", "阿依努尔·艾合买提", "上官婉清")
PLACES: Final = ("文化路", "海滨路", "燕山大街", "河北大街", "建设大街", "港城大街", "迎宾路", "民族路", "秦皇东大街")
TRADES: Final = {
    "餐饮": ["海鲜酒楼", "家常菜馆", "面馆", "烧烤店", "咖啡店"],
    "公司": [
        "商贸有限公司",
        "建筑工程有限公司",
        "物流有限公司",
        "人力资源有限公司",
        "文化传播有限公司",
        "房地产开发有限公司",
    ],
    "其他": ["农资经营部", "诊所", "健身俱乐部", "旅行社", "船务有限公司", "五金加工厂"],
}
FIRST_WORDS: Final = [
    "渤海湾",
    "山海",
    "北戴",
    "碣石",
    "长城",
    "港城",
    "金沙",
    "鸽子窝",
    "求仙",
    "燕赵",
    "望海",
    "新澳",
]
# Every organisation says in its name that it does not exist.
MARK: Final = "（演示）"


class Applicants:
    """Draws applicants from a seeded source; some come back, as people do."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._known: dict[str, list[PartyFacts]] = {PartyKind.PERSON: [], PartyKind.ORGANISATION: []}
        self._serial = 0

    def draw(self, target: str) -> PartyFacts:
        """Somebody the item is for; one in eight has been here before."""
        organisation = target == ServiceTarget.ORGANISATION or (
            target == ServiceTarget.BOTH and self._random.random() < 0.55
        )
        kind = PartyKind.ORGANISATION if organisation else PartyKind.PERSON
        known = self._known[kind]
        if known and self._random.random() < 0.125:
            return self._random.choice(known)
        known.append(self._organisation() if organisation else self.person())
        return known[-1]

    def person(self) -> PartyFacts:
        """A person with an invented name, number, telephone and address."""
        self._serial += 1
        born = date(1956, 1, 1) + timedelta(days=self._random.randrange(18_000))
        body = f"130302{born:%Y%m%d}{self._serial % 1000:03d}"
        return PartyFacts(
            kind=PartyKind.PERSON,
            name=self._name(),
            identity_kind=IdentityKind.RESIDENT,
            identity=body + identity_check_character(body),
            phone=self._phone(),
            address=self._address(),
        )

    def _organisation(self) -> PartyFacts:
        self._serial += 1
        trade = self._random.choice(self._random.choice(list(TRADES.values())))
        body = f"91130302MADEM{self._serial:04d}"
        return PartyFacts(
            kind=PartyKind.ORGANISATION,
            name=f"海港区{self._random.choice(FIRST_WORDS)}{trade}{MARK}",
            identity_kind=IdentityKind.USCC,
            identity=body + uscc.calc_check_digit(body),
            phone=self._phone(),
            address=self._address(),
            legal_representative=self._name(),
            contact_name=self._name(),
        )

    def _name(self) -> str:
        if self._random.random() < 0.06:
            return self._random.choice(UNUSUAL)
        return self._random.choice(SURNAMES) + self._random.choice(GIVEN)

    def _phone(self) -> str:
        return f"1380000{self._random.randrange(10_000):04d}"

    def _address(self) -> str:
        return f"秦皇岛市海港区{self._random.choice(PLACES)}{self._random.randrange(1, 400)}号（虚构）"
