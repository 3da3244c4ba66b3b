"""The address the pages are served at."""

import errno
import http.client
import socket

from hall.local.trouble import Trouble

EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 -- recognised, not bound
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]


def require_free(host: str, port: int) -> None:
    """Refuse a port that cannot be served, with the reason."""
    if not 1 <= port <= 65535:
        raise Trouble(f"端口应为 1 到 65535 之间的整数，而不是 {port}。")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise _refusal(host, port, error) from error


def _refusal(host: str, port: int, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return Trouble(f"端口 {port} 已被别的程序占用。请换一个端口，例如：script/up --port {port % 65535 + 1}")
    if error.errno == errno.EACCES:
        return Trouble(f"没有权限使用端口 {port}。请换一个 1024 以上的端口，例如：script/up --port 8000")
    return Trouble(f"不能在地址 {host} 的端口 {port} 上提供服务（{error.strerror or error}）。请检查 --host。")


def reachable_host(host: str) -> str:
    """The host to write into an address for people: this machine's own where the server listens everywhere."""
    if host in EVERYWHERE:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def served_hosts(host: str) -> list[str]:
    """The Host headers a local installation answers to: loopback, and what `--host` opened."""
    if host not in EVERYWHERE:
        return [*LOOPBACK, reachable_host(host)]
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return [*LOOPBACK, name, *sorted(reachable_host(address) for address in found)]


def page_answers(host: str, port: int) -> bool:
    """Whether the first page comes without a server error."""
    connection = http.client.HTTPConnection(reachable_host(host).strip("[]"), port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
