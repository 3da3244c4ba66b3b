"""Which article an official document rests on, before the statutes its item names (law 6)."""

from collections.abc import Mapping
from typing import Any, Final

from approvals.cases import transitions
from approvals.cases.enums import DocumentKind
from approvals.catalogue.models import Regime

_LICENSING: Final = "行政许可法"
# The move that a document states, and the regime's own article for it where the regime is another statute.
_MOVES: Final[Mapping[str, tuple[str, str]]] = {
    DocumentKind.ACCEPTANCE: ("accept", ""),
    DocumentKind.SUPPLEMENT_NOTICE: ("notify_supplement", "notice_article"),
    DocumentKind.NOT_REQUIRED: ("tell_not_required", ""),
    DocumentKind.REFUSAL: ("refuse", ""),
    DocumentKind.EXTENSION_NOTICE: ("extend", "extension_article"),
    DocumentKind.HEARING_NOTICE: ("give_hearing_notice", "hearing_article"),
    DocumentKind.DECISION_GRANT: ("grant", ""),
    DocumentKind.DECISION_DENY: ("deny", ""),
}


def cited(statute: str, article: str) -> str:
    """An article with its statute; one that names another statute itself stays as it is."""
    return article if article.startswith("《") or not article else f"{statute}{article}"


def of_document(kind: str, regime: Regime | None, data: Mapping[str, Any]) -> str:
    """The article a document of this kind rests on, or nothing where neither regime nor caller names one.

    `data` is what the act passed to the document: `rests_on` goes before everything (the ground of a pause), `deemed`
    tells an acceptance by lapse of time.
    """
    if kind not in _MOVES or regime is None:
        return str(data.get("rests_on", ""))
    move, own = _MOVES[DocumentKind(kind)]
    if _LICENSING not in regime.statute:
        return cited(regime.statute, getattr(regime, own) if own else "")
    line = transitions.BY_NAME["deem_accepted" if data.get("deemed") else move]
    return cited(regime.statute, line.article.removeprefix(_LICENSING))
