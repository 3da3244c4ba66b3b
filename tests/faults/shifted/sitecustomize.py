"""A clock of the machine that can be set: for processes started with this folder on PYTHONPATH and HALL_TEST_CLOCK.

That file holds eight bytes, the nanoseconds by which the wall clock is wrong. It is mapped, so a change is seen at once
by every process that was started, and by those they forked. The steady clock (time.monotonic) goes on as it does when
somebody sets a machine's clock.
"""

import mmap
import os
import struct

if "HALL_TEST_CLOCK" in os.environ:
    import _time_machine
    import time_machine

    with open(os.environ["HALL_TEST_CLOCK"], "rb") as file:
        _view = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)

    def _time_ns(_self: time_machine.Traveller) -> int:
        wrong: int = struct.unpack("<q", _view[:])[0]
        return int(_time_machine.original_time_ns()) + wrong

    time_machine.Traveller.time_ns = _time_ns  # type: ignore[method-assign]
    time_machine.travel(0).start()
