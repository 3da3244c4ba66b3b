"""Work that needs much memory once, done in a fork that takes the memory along when it ends."""

import os
import signal
import sys
import traceback
from collections.abc import Callable

from hall.local.processes import die_with_parent, send
from hall.local.trouble import Trouble


def apart(work: Callable[[], object]) -> None:
    """Do it in a process of its own, at the same terminal, and wait. Raises Trouble with the sentence the work raised.

    Making tables and demonstration takes 180 MB, which the supervisor would keep for the rest of its life.
    """
    reading, writing = os.pipe()
    tied = die_with_parent(signal.SIGTERM)
    pid = os.fork()
    if pid == 0:
        tied()
        os._exit(_done(work, writing))
    os.close(writing)
    try:
        with open(reading, encoding="utf-8") as answer:
            sentence = answer.read()
    finally:
        send(pid, signal.SIGTERM)  # where we were asked to stop; one that has answered has nothing more to do
        _, status = os.waitpid(pid, 0)
    if sentence:
        raise Trouble(sentence)
    if status:
        raise Trouble("准备工作中途停止，原因见上面的记录。")


def _done(work: Callable[[], object], writing: int) -> int:
    """The exit status. It says a sentence it raised through the pipe, and anything else at the terminal."""
    try:
        work()
    except Trouble as trouble:
        os.write(writing, str(trouble).encode())
    except Exception:
        traceback.print_exc()
        return 1
    except BaseException:
        return 1
    finally:
        sys.stdout.flush()
    return 0
