"""How a record is written: one line of fact, the frames of an error, and nobody's data (law 13)."""

import logging
import traceback
from types import TracebackType

from hall.privacy.detector import redact

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Time with its zone, level, logger, message with personal numbers replaced.

    An error is written with its type and its frames but without its own words: those of the database repeat the values
    of the row, those of a form what was typed into it.
    """

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as text; the traceback is not cached on it, so another handler cannot repeat ours."""
        record.exc_text = None
        return redact(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- the name is logging's
        """One line, whatever a visitor put into a name or a path: line breaks, escapes of terminals and marks that turn
        the direction of reading are written out (X05, ASVS 16.4.1)."""
        line = super().formatMessage(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 -- the name is logging's
        """The frames of an error and of those that led to it, each headed by its type."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            lines += [f"{type(error).__module__}.{type(error).__qualname__}", frames]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(line for line in lines if line)
