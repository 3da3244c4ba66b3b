"""Where this installation keeps its data."""

import os
from pathlib import Path


def data_dir() -> Path:
    """The data folder: `HALL_DATA_DIR`, or `var/` beside manage.py."""
    configured = os.environ.get("HALL_DATA_DIR")
    return Path(configured).resolve() if configured else Path(__file__).resolve().parents[2] / "var"
