"""From where to where: the states of what concerns conduct. A deed that has no line here is refused in every state."""

from typing import Final

from hall.conduct.enums import BulletinState as B
from hall.conduct.enums import ComplaintState as C
from hall.conduct.enums import RectificationDeed as D
from hall.conduct.enums import RectificationState as R

RECTIFICATION: Final[dict[str, tuple[frozenset[str], str]]] = {
    D.ANSWER: (frozenset({R.OPEN}), R.ANSWERED),
    D.CLOSE: (frozenset({R.ANSWERED}), R.CLOSED),
    D.REOPEN: (frozenset({R.ANSWERED}), R.OPEN),
}

BULLETIN: Final[dict[str, tuple[frozenset[str], str]]] = {
    "edit": (frozenset({B.DRAFT}), B.DRAFT),
    "submit": (frozenset({B.DRAFT}), B.SUBMITTED),
    "return": (frozenset({B.SUBMITTED}), B.DRAFT),
    "publish": (frozenset({B.SUBMITTED}), B.PUBLISHED),
    "withdraw": (frozenset({B.PUBLISHED}), B.WITHDRAWN),
}

COMPLAINT: Final[dict[str, tuple[frozenset[str], str]]] = {
    "accept": (frozenset({C.RECEIVED}), C.ASSIGNED),
    "decline": (frozenset({C.RECEIVED}), C.DECLINED),
    "reassign": (frozenset({C.ASSIGNED}), C.ASSIGNED),
    "report": (frozenset({C.ASSIGNED}), C.REPORTED),
    "send_back": (frozenset({C.REPORTED}), C.ASSIGNED),
    "decide": (frozenset({C.REPORTED}), C.DECIDED),
    "object": (frozenset({C.DECIDED}), C.DECIDED),
    "review": (frozenset({C.DECIDED}), C.DECIDED),
}


def allowed(table: dict[str, tuple[frozenset[str], str]], deed: str, state: str) -> bool:
    """Whether the table knows the deed in this state."""
    return deed in table and state in table[deed][0]


def target(table: dict[str, tuple[frozenset[str], str]], deed: str) -> str:
    """The state the deed leads to."""
    return table[deed][1]
