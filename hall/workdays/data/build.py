"""Writes calendar.csv and lunar.csv: `python -m hall.workdays.data.build`, with the development dependencies installed.

calendar.csv: days off and make-up days of 2004 to 2026 from chinesecalendar, which follows the State Council's notices.
It knows only the final state of 2020; what 国办发明电〔2019〕16号 first said of 2020-02-01 and what
国办发明电〔2020〕1号 then put in its place are told apart here. Numbers of other notices: notices.csv, where known.
lunar.csv: 春节, 端午, 中秋 of 1990 to 2100 from the lunisolar tables of the `holidays` package, 清明 from the usual
formula below. Tests check new moons and solar longitude independently. Nothing at run time imports this module.
"""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from chinese_calendar.constants import holidays, workdays
from holidays.calendars.chinese import _ChineseLunisolar

HERE = Path(__file__).parent
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利日",
}
NOTICE_2020, AMENDMENT_2020 = "国办发明电〔2019〕16号", "国办发明电〔2020〕1号"
AMENDED_2020 = (date(2020, 1, 31), date(2020, 2, 1), date(2020, 2, 2))


def document_no(day: date) -> str:
    if day in AMENDED_2020:
        return AMENDMENT_2020
    return NOTICE_2020 if day.year == 2020 else ""


def calendar_rows() -> list[tuple[str, str, str, str]]:
    rows = [(day.isoformat(), "off", NAMES[str(name)], document_no(day)) for day, name in holidays.items()]
    rows += [(day.isoformat(), "work", NAMES[str(name)], document_no(day)) for day, name in workdays.items()]
    rows.append(("2020-02-01", "work", "春节", NOTICE_2020))
    return sorted(rows, key=lambda row: (row[0], row[3] == AMENDMENT_2020))


def qingming(year: int) -> date:
    """4 or 5 April; the constants of the usual formula for the twentieth and twenty-first century."""
    short, constant = year % 100, 5.59 if year < 2000 else 4.81
    if year == 2100:
        return date(2100, 4, 5)
    return date(year, 4, int(short * 0.2422 + constant) - short // 4)


def lunar_rows() -> list[tuple[str, ...]]:
    tables = (
        _ChineseLunisolar.LUNAR_NEW_YEAR_DATES,
        _ChineseLunisolar.DRAGON_BOAT_DATES,
        _ChineseLunisolar.MID_AUTUMN_DATES,
    )
    rows: list[tuple[str, ...]] = []
    for year in range(1990, 2101):
        chunjie, duanwu, zhongqiu = (date(year, *table[year]).isoformat() for table in tables)
        rows.append((str(year), chunjie, qingming(year).isoformat(), duanwu, zhongqiu))
    return rows


def write(name: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write("calendar.csv", ("date", "kind", "name", "document_no"), calendar_rows())
    write("lunar.csv", ("year", "chunjie", "qingming", "duanwu", "zhongqiu"), lunar_rows())
