"""`python -m hall.backup.archive --to FOLDER --key FILE %p %f`: PostgreSQL's archive_command.

Answers 0 only when the sealed segment is on the disk under its name. What is there already is compared: the same
content is fine (PostgreSQL asks again after a crash), another is refused. Starts fast: no Django.
"""

import argparse
import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

from hall.backup import keys as keyring
from hall.backup.files import whole
from hall.backup.keys import KeyProblem, Keys
from hall.backup.sealed import Damaged, seal, unseal

FILES: Final = re.compile(r"[0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history")


class Refused(Exception):
    """This file may not be archived; a Chinese sentence."""


def keep(source: Path, name: str, folder: Path, keys: Keys) -> None:
    """Seal one file of the log into the archive. Raises Refused, Damaged, KeyProblem or OSError."""
    if not FILES.fullmatch(name):
        raise Refused(f"不是日志文件名：{name}")
    place = folder / name
    if place.exists():
        with place.open("rb") as file:
            held = b"".join(unseal(file, name=f"wal/{name}", keys=keys))
        if held != source.read_bytes():
            raise Refused(f"归档里已有同名而内容不同的 {name}：两个数据库在往同一个备份目录写。请给其中一个换目录。")
        return
    # A folder whose group is handed on is shared: the server's user writes, who runs the hall reads. It is sealed.
    mode = 0o640 if folder.stat().st_mode & stat.S_ISGID else 0o600
    with source.open("rb") as file, whole(place, mode) as target:
        os.fchmod(target.fileno(), mode)  # PostgreSQL's own mask would take the group away
        seal(file, target, name=f"wal/{name}", keys=keys)


def main(arguments: list[str]) -> int:
    """The command; its words go to PostgreSQL's log."""
    parser = argparse.ArgumentParser(prog="hall.backup.archive")
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("path", type=Path)
    parser.add_argument("name")
    asked = parser.parse_args(arguments)
    try:
        keep(asked.path, asked.name, asked.to, keyring.read(asked.key))
    except (Refused, Damaged, KeyProblem) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"归档 {asked.name} 没有写成：{error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
