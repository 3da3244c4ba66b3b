"""What a log line may hold."""

import logging
import sys

from django.db import DatabaseError

from hall.local.logs import QuietFormatter

IDENTITY = "13030219900101001X"  # synthetic


def written(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("hall.test", logging.ERROR, __file__, 1, message, arguments, info)
    return QuietFormatter().format(record)


def raised(words: str) -> BaseException:
    try:
        try:
            raise ValueError(words)
        except ValueError as cause:
            raise DatabaseError(words) from cause
    except DatabaseError as error:
        return error


def test_says_when_how_grave_where_and_what() -> None:
    line = written("relayed %d messages", 3)
    assert line.endswith("ERROR hall.test relayed 3 messages")
    assert line[:2] == "20"


def test_an_error_is_told_by_type_and_place_without_its_words() -> None:
    text = written("request failed", error=raised("Key (name)=(张三) already exists"))
    assert "django.db.utils.DatabaseError" in text
    assert "builtins.ValueError" in text
    assert "in raised" in text
    assert "张三" not in text.replace('raise ValueError("张三")', "")


def test_a_number_in_a_message_is_replaced() -> None:
    assert "13800138000" not in written("called %s", "13800138000")


def test_a_second_handler_finds_no_cached_words() -> None:
    error = raised("secret words")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "m", (), (type(error), error, error.__traceback__))
    QuietFormatter().format(record)
    assert "secret words" not in (record.exc_text or "")


def test_without_an_error_there_is_no_traceback() -> None:
    assert "Traceback" not in written("plain")
    assert sys.exc_info() == (None, None, None)
