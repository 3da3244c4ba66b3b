"""Which tables a request really wrote: what a savepoint took back does not count."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

# The session and the counters of tries change with every request; they save nothing of what was sent.
OWN_AFFAIRS: Final = frozenset({"django_session", "ledger_ratecounter", "axes_accessattempt"})
VERBS: Final = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}


class Writes:
    """Listens to the statements of one connection."""

    def __init__(self) -> None:
        self._log: list[str] = []
        self.values: list[str] = []  # everything that was to be written, also where it was taken back

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        words = str(sql).replace('"', "").split()
        if words[:1] == ["SAVEPOINT"]:
            self._log.append(f"@{words[1]}")
        elif words[:3] == ["ROLLBACK", "TO", "SAVEPOINT"] and f"@{words[3]}" in self._log:
            del self._log[self._log.index(f"@{words[3]}") :]
        elif words and words[0] in VERBS:
            table = words[VERBS[words[0]]]
            self._log.append(table)
            if table not in OWN_AFFAIRS:
                self.values.append(repr(params))
        return execute(sql, params, many, context)

    @property
    def tables(self) -> set[str]:
        return {entry for entry in self._log if not entry.startswith("@")} - OWN_AFFAIRS


@contextmanager
def watched() -> Iterator[Writes]:
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes
