"""The embedded Redis: a doorbell that keeps nothing. It may be killed and started empty at any moment (law 1)."""

import signal
import socket
import subprocess
from pathlib import Path

from hall.local.paths import log_file, redis_socket
from hall.local.processes import die_with_parent, wait_until
from hall.local.servants import Servant

QUEUE_NEVER_DROPPED = "noeviction"


def redis_command(servant: Servant, path: Path) -> list[str]:
    """A server on one socket, without a port and without files."""
    arguments = {
        "--port": "0",
        "--unixsocket": str(path),
        "--unixsocketperm": "700",
        "--save": "",
        "--appendonly": "no",
        "--daemonize": "no",
        "--dir": str(path.parent),
        "--maxmemory-policy": QUEUE_NEVER_DROPPED,
    }
    return [str(servant.redis_server), *(word for pair in arguments.items() for word in pair)]


def start_redis(servant: Servant) -> subprocess.Popen[bytes]:
    """Start the server as a child that ends with this process, and wait until it answers or has ended."""
    servant.own_run_dir()
    path = redis_socket()
    path.unlink(missing_ok=True)
    with log_file("redis").open("ab") as log:
        child = servant.start(redis_command(servant, path), log=log, preexec=die_with_parent(signal.SIGTERM))
    wait_until(lambda: redis_answers(path) or child.poll() is not None, 10)
    return child


def redis_answers(path: Path) -> bool:
    """Whether a server behind the socket says PONG."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
