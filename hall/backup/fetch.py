"""`python -m hall.backup.fetch --from FOLDER --key FILE [--also FOLDER] %f %p`: PostgreSQL's restore_command.

1 means "not there", which is how PostgreSQL finds the end of the log. A segment that is there and cannot be opened must
never look like the end: above 125 the recovery is given up.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from hall.backup import keys as keyring
from hall.backup.files import whole
from hall.backup.keys import KeyProblem, Keys
from hall.backup.sealed import Damaged, unseal

ABSENT: Final = 1
GIVE_UP: Final = 200


def bring(name: str, target: Path, folder: Path, keys: Keys, also: Path | None = None) -> bool:
    """Put one file of the log in place; False where there is none. Raises Damaged, KeyProblem or OSError."""
    place = folder / name
    if place.exists():
        with place.open("rb") as file, whole(target) as written:
            for piece in unseal(file, name=f"wal/{name}", keys=keys):
                written.write(piece)
        return True
    if also is not None and (also / name).is_file():
        target.write_bytes((also / name).read_bytes())
        return True
    return False


def main(arguments: list[str]) -> int:
    """The command; its words go to PostgreSQL's log."""
    parser = argparse.ArgumentParser(prog="hall.backup.fetch")
    parser.add_argument("--from", type=Path, required=True, dest="folder")
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--also", type=Path)
    parser.add_argument("name")
    parser.add_argument("path", type=Path)
    asked = parser.parse_args(arguments)
    try:
        found = bring(asked.name, asked.path, asked.folder, keyring.read(asked.key), asked.also)
    except (Damaged, KeyProblem) as problem:
        print(problem, file=sys.stderr)
        return GIVE_UP
    except OSError as error:
        print(f"{asked.name} 没有取回：{error.strerror}", file=sys.stderr)
        return GIVE_UP
    return 0 if found else ABSENT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
