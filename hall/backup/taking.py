"""`manage.py backup`: take, check, prune, and write down how it went."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from hall.backup import actions, base, checking, keeping
from hall.backup.base import BackupFailed, server_of
from hall.backup.enums import RunKind
from hall.backup.keys import KeyProblem
from hall.backup.models import Run
from hall.backup.sealed import Damaged
from hall.backup.vault import Vault
from hall.local.archiving import PROJECT
from hall.local.binaries import postgres_folders

STEPS: Final = "恢复步骤.txt"
Clock = Callable[[], datetime]


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
    package, _ = postgres_folders()
    return package / "pginstall" / "bin"


def take(vault: Vault, clock: Clock) -> Run:
    """A base backup with the files, then what is no longer kept goes. The run says whether it succeeded."""
    began_at = clock()
    facts: dict[str, object] = {}
    try:
        keep = keeping.configured()
        actions.begin_epoch(at=began_at, reason="首次备份")
        server, files = server_of(settings.DATABASES["default"]), Path(settings.MEDIA_ROOT)
        made = base.take(vault, server, programs(), files, began_at)
        pruned = keeping.prune(vault, keep)
        _leave_steps(vault)
        size = sum(part.size for part in made.parts.values())
        facts = {"name": made.name, "bytes": size, "seconds": round((clock() - began_at).total_seconds(), 1)}
        says = f"{made.name}，{size / 2**20:.1f} MB，用时 {facts['seconds']} 秒"
        says += f"；清除过期备份 {pruned.bases} 份" if pruned.bases else ""
        succeeded = True
    except (BackupFailed, Damaged, KeyProblem) as problem:
        says, succeeded = str(problem), False
    except OSError as error:
        says, succeeded = f"备份盘写不进去：{error.strerror}。请检查备份盘是否已满、是否接好。", False
    return actions.note(kind=RunKind.BACKUP, began_at=began_at, at=clock(), succeeded=succeeded, says=says, facts=facts)


def check(vault: Vault, clock: Clock, *, full: bool) -> list[str]:
    """Look at every backup, and write down what was found."""
    began_at = clock()
    try:
        found = checking.check(vault, server_of(settings.DATABASES["default"]), full=full)
    except OSError as error:
        found = [f"备份盘读不出来：{error.strerror}。"]
    actions.note(
        kind=RunKind.CHECK, began_at=began_at, at=clock(), succeeded=not found, says="；".join(found) or "完好",
        facts={"full": full},
    )  # fmt: skip
    return found


def _leave_steps(vault: Vault) -> None:
    """The steps lie on the backup disk as well: the machine with the manual may be the one that burnt (B06)."""
    source = PROJECT / "docs" / "backup.md"
    if source.exists():
        shutil.copyfile(source, vault.folder / STEPS)
