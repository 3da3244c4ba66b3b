"""A new calendar notice that moves nearly everything: all open cases recalculated while windows go on filing."""

import threading
import time
from datetime import date, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from approvals.cases import actions
from approvals.cases.models import Case
from hall.bench.jobs.filing import an_application, at_a_window
from hall.bench.measuring import Ground, Must, Result, clock, percentile
from hall.workdays import actions as workdays
from hall.workdays.calendars import calendar_for
from hall.workdays.following_actions import follow
from hall.workdays.models import CalendarChange

SLOWEST_FILING: Final = 2.0  # seconds; a clerk notices nothing below


def measure(ground: Ground) -> Result:
    """The next working day becomes a day off (or one again), and every clock that runs past it moves by a day."""
    number = Case.objects.open().count()
    filings: list[float] = []
    over = threading.Event()
    window = threading.Thread(target=_file, args=(filings, over))
    window.start()
    try:
        imported = clock(_import)
        followed = clock(lambda: follow(at=timezone.now()))
    finally:
        over.set()
        window.join()
    slowest, seconds = max(filings, default=0.0), imported + followed
    return Result(
        "recalc", ground.scale.name, seconds, "s", number,
        musts=(Must("秒", seconds, 120), Must("其间收件最慢秒", slowest, SLOWEST_FILING)),
        also={
            "import_s": imported, "moved": CalendarChange.objects.latest("pk").moved,
            "filings_meanwhile": len(filings), "filing_p95_s": percentile(filings, 0.95) if filings else 0.0,
        },
    )  # fmt: skip


def _import() -> None:
    day = _next_weekday(timezone.localdate())
    kind = "off" if calendar_for().is_working(day) else "work"
    number = f"样本〔{day.year}〕{timezone.now():%Y%m%d%H%M%S}号"
    text = f"date,kind,name,document_no\n{day},{kind},临时调整,{number}\n"
    workdays.import_notice(text=text, by=None, at=timezone.now())


def _next_weekday(today: date) -> date:
    ahead = (today + timedelta(days=n) for n in range(1, 8))
    return next(day for day in ahead if day.weekday() < 5)


def _file(filings: list[float], over: threading.Event) -> None:
    """One window that files a case about every tenth of a second, on a connection of its own."""
    version, clerk = at_a_window()
    application = an_application(version)
    try:
        while not over.is_set():
            filings.append(clock(lambda: actions.register(application, by=clerk, at=timezone.now())))
            time.sleep(0.1)
    finally:
        connection.close()
