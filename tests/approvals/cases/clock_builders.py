"""Facts of cases for the tests of the clock: the worked example, varied."""

from datetime import date, datetime
from typing import Any

from approvals.cases.clock import BEIJING, CaseFacts, ExtensionFact, Limit, PauseFact, RegimeFacts, StepFact
from hall.workdays.shipped import shipped_calendar

CALENDAR = shipped_calendar()
PERMIT = RegimeFacts(
    name="行政许可法",
    notice=Limit(5, "workday"),
    deemed_acceptance=True,
    delivery=Limit(10, "workday"),
    notice_article="第三十二条",
    decision_article="第四十二条",
    delivery_article="第四十四条",
    extension_article="第四十二条",
)
NO_CONSEQUENCE = RegimeFacts(name="某条例", notice=Limit(5, "workday"), notice_article="第九条")


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """`2026-04-13 10:08` in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def received(**more: Any) -> CaseFacts:
    """Received Monday 2026-04-13, promise 20 working days, statute 30."""
    facts: dict[str, Any] = {
        "received_at": at("2026-04-13 10:08"),
        "promise": Limit(20, "workday"),
        "statute": Limit(30, "workday"),
        "regime": PERMIT,
    }
    return CaseFacts(**{**facts, **more})


def accepted(**more: Any) -> CaseFacts:
    """The same, accepted the same morning."""
    return received(**{"accepted_at": at("2026-04-13 10:21"), **more})


def pause(start: str, end: str | None = None, ground: str = "expert_review", **more: Any) -> PauseFact:
    facts: dict[str, Any] = {
        "label": "专家评审",
        "stops_statute": True,
        "document_no": "秦审评〔2026〕14号",
        "article": "行政许可法第四十五条",
    }
    return PauseFact(ground=ground, start_on=d(start), end_on=d(end) if end else None, **{**facts, **more})


def local_pause(start: str, end: str | None = None) -> PauseFact:
    """A ground without law and article: it stops the promise only (law 6)."""
    return pause(start, end, "site_visit", label="现场踏勘", stops_statute=False, document_no="", article="")


def extension(count: int = 10, *, moves_promise: bool = False, unit: str = "workday") -> ExtensionFact:
    return ExtensionFact(
        count, unit, d("2026-05-20"), "秦延〔2026〕3号", moves_promise, "行政许可法第四十二条", "本行政机关负责人"
    )


def step(days: int | None = 3, **more: Any) -> StepFact:
    limit = None if days is None else Limit(days, "workday")
    return StepFact(**{"key": "7", "label": "审查", "limit": limit, "started_at": at("2026-04-13 10:21"), **more})
