"""The sheet with the keys, to be printed and locked away: without it a burnt machine takes every backup along (B05)."""

from collections.abc import Mapping
from typing import Final

from hall.backup import keys
from hall.backup.keys import KeyProblem

NAMES: Final = ("HALL_BACKUP_KEY", "HALL_FIELD_KEYS", "HALL_INDEX_KEY")
MEANING: Final = {
    "HALL_BACKUP_KEY": "备份密钥：打开备份",
    "HALL_FIELD_KEYS": "字段密钥：打开备份里的个人信息和附件",
    "HALL_INDEX_KEY": "索引密钥：按证件号查找、核对事件账",
}


def text(held: Mapping[str, str], *, day: str) -> str:
    """The sheet. `held` maps the names to the keys."""
    parts = [
        "政务服务大厅门户  密钥单",
        f"打印日期 {day}",
        "",
        "这张纸能打开全部备份和个人信息。打印后装入信封密封，与备份盘分开存放，由两人共同保管；不要留电子版。",
        "换密钥后重新打印，旧单与最旧的备份一起销毁。",
        "",
    ]
    for name in NAMES:
        parts += [f"【{MEANING[name]}】  校验 {keys.fingerprint(held[name])}", f"{name}={held[name].strip()}", ""]
    parts += [
        "用法：在新机器上装好程序，运行 manage.py backup_key --enter，按提示逐行输入上面三行，核对校验码；",
        "再接上备份盘，运行 manage.py restore --from 备份目录 --latest。全部步骤见备份盘上的“恢复步骤.txt”。",
    ]
    return "\n".join(parts) + "\n"


def read(lines: list[str]) -> dict[str, str]:
    """What was typed from the sheet, `NAME=key` a line. Raises KeyProblem with a sentence."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in lines)):
        name, _, value = line.partition("=")
        if name.strip() not in NAMES or not value.strip():
            raise KeyProblem(f"认不出这一行的开头：{name[:20]}。每行应为 名称=密钥，照密钥单输入。")
        found[name.strip()] = value.strip()
    if "HALL_BACKUP_KEY" not in found:
        raise KeyProblem("没有输入 HALL_BACKUP_KEY 这一行。")
    keys.parse(found["HALL_BACKUP_KEY"])
    return found
